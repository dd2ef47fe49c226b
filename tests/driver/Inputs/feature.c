/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * feature.c - asks what the compiler says of itself.
 */
#if __has_feature(thread_sanitizer) && defined(__SANITIZE_THREAD__)
int checked = 1;
#else
int unchecked = 1;
#endif

int main(void)
{
	return 0;
}
