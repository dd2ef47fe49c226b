/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * main.c - three tellers move money while an auditor looks on.
 */
#define _GNU_SOURCE
#include "bank.h"

#include <stdio.h>

#define TELLERS 3
#define TRANSFERS 20000
#define AUDITS 2000

static struct bank bank;

static void *teller(void *argument)
{
	pthread_setname_np(pthread_self(), "teller");
	bank_serve(&bank, (unsigned)(long)argument, TRANSFERS);
	return NULL;
}

static void *auditor(void *argument)
{
	pthread_setname_np(pthread_self(), "auditor");
	for (int i = 0; i < AUDITS; i++)
		bank_audit(&bank, argument);
	return NULL;
}

int main(void)
{
	pthread_t tellers[TELLERS], auditing;
	struct audit audit;

	bank_open(&bank);
	for (long i = 0; i < TELLERS; i++)
		pthread_create(&tellers[i], NULL, teller, (void *)(17 + i));
	pthread_create(&auditing, NULL, auditor, &audit);
	for (int i = 0; i < TELLERS; i++)
		pthread_join(tellers[i], NULL);
	pthread_join(auditing, NULL);

	printf("%ld cents in the bank, %ld moved, the last audit saw %ld\n", bank_total(&bank),
	       bank.turnover, audit.turnover);
	return 0;
}
