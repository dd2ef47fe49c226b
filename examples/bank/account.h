/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * account.h - one bank account: a balance and the lock that guards it.
 */
#ifndef ACCOUNT_H
#define ACCOUNT_H

#include <pthread.h>
#include <stdbool.h>

struct account {
	int number;
	long balance; /* in cents */
	pthread_mutex_t lock;
};

void account_open(struct account *account, int number, long balance);

/* Moves the amount unless the balance of `from` is too small. */
bool account_transfer(struct account *from, struct account *to, long amount);

long account_balance(struct account *account);

#endif
