/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * account.c - transfers take both locks, the lower account number first.
 */
#include "account.h"

void account_open(struct account *account, int number, long balance)
{
	account->number = number;
	account->balance = balance;
	pthread_mutex_init(&account->lock, NULL);
}

bool account_transfer(struct account *from, struct account *to, long amount)
{
	struct account *first = from->number < to->number ? from : to;
	struct account *second = first == from ? to : from;
	bool enough;

	pthread_mutex_lock(&first->lock);
	pthread_mutex_lock(&second->lock);
	enough = from->balance >= amount;
	if (enough) {
		from->balance -= amount;
		to->balance += amount;
	}
	pthread_mutex_unlock(&second->lock);
	pthread_mutex_unlock(&first->lock);
	return enough;
}

long account_balance(struct account *account)
{
	long balance;

	pthread_mutex_lock(&account->lock);
	balance = account->balance;
	pthread_mutex_unlock(&account->lock);
	return balance;
}
