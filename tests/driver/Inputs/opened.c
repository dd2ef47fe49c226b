/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * opened.c - a library for open.c.
 */
void *opened(void *p)
{
	*(int *)p = 1;
	return p;
}
