/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * bank.c - see bank.h.
 */
#include "bank.h"

#include <stdlib.h>

void bank_open(struct bank *bank)
{
	for (int i = 0; i < BANK_ACCOUNTS; i++)
		account_open(&bank->accounts[i], i + 1, BANK_OPENING_BALANCE);
	bank->turnover = 0;
	pthread_mutex_init(&bank->lock, NULL);
}

static void add_turnover(struct bank *bank, long amount)
{
	pthread_mutex_lock(&bank->lock);
	bank->turnover += amount;
	pthread_mutex_unlock(&bank->lock);
}

void bank_serve(struct bank *bank, unsigned seed, int count)
{
	for (int i = 0; i < count; i++) {
		int from = rand_r(&seed) % BANK_ACCOUNTS;
		int to = (from + 1 + rand_r(&seed) % (BANK_ACCOUNTS - 1)) % BANK_ACCOUNTS;
		long amount = rand_r(&seed) % 5000;

		if (account_transfer(&bank->accounts[from], &bank->accounts[to], amount))
			add_turnover(bank, amount);
	}
}

void bank_audit(struct bank *bank, struct audit *audit)
{
	long most = -1;

	for (int i = 0; i < BANK_ACCOUNTS; i++) {
		long balance = account_balance(&bank->accounts[i]);

		if (balance > most) {
			most = balance;
			audit->richest = bank->accounts[i].number;
		}
	}
	audit->turnover = bank->turnover; /* the forgotten lock */
}

long bank_total(struct bank *bank)
{
	long sum = 0;

	for (int i = 0; i < BANK_ACCOUNTS; i++)
		sum += account_balance(&bank->accounts[i]);
	return sum;
}
