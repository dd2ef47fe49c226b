/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * bank.h - a fixed set of accounts with work done on them by several threads.
 */
#ifndef BANK_H
#define BANK_H

#include "account.h"

#define BANK_ACCOUNTS 8
#define BANK_OPENING_BALANCE 100000

struct bank {
	struct account accounts[BANK_ACCOUNTS];
	long turnover;        /* all money moved so far */
	pthread_mutex_t lock; /* guards turnover */
};

void bank_open(struct bank *bank);

/* A teller's day: `count` transfers between accounts drawn from `seed`. */
void bank_serve(struct bank *bank, unsigned seed, int count);

/* What an auditor writes down. */
struct audit {
	long richest; /* account number */
	long turnover;
};
void bank_audit(struct bank *bank, struct audit *audit);

/* The sum of all balances; right when nobody is being served. */
long bank_total(struct bank *bank);

#endif
