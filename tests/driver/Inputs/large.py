# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""large.py TYPES FUNCTIONS: a file of C with so many types and functions, which is linked
into one program many times over. Each copy has one entry in the section `steps`: a call of
ten functions, of which the innermost writes."""
import sys

types, functions = int(sys.argv[1]), int(sys.argv[2])
print("extern int shared[];")
for i in range(types):
    print(f"struct type_{i} {{ int first_{i}, second_{i}; char *name_{i}; struct type_{max(i - 1, 0)} *next_{i}; }};")
print("union all {", *(f"struct type_{i} of_{i};" for i in range(types)), "};")
print("static union all all;")
for i in range(functions):
    print(f"static int function_{i}(int argument, struct type_{i % types} *other)\n{{\n\tint local = argument + {i};\n"
          f"\tint sum = local;\n\treturn other ? sum : local;\n}}")
print("static int step_0(int n, int who)\n{\n\tshared[n] = who;\n\treturn n;\n}")
for i in range(1, 10):
    print(f"static int step_{i}(int n, int who)\n{{\n\tint deeper = step_{i - 1}(n, who);\n\treturn deeper + 1;\n}}")
print("static int use(int n, int who)\n{\n\tint sum = step_9(n, who);\n\tif (sum > 1000000) {")
for i in range(functions):
    print(f"\t\tsum += function_{i}(sum, &all.of_{i % types});")
print("\t}\n\treturn sum;\n}")
print('__attribute__((section("steps"), used)) static int (*const entry)(int, int) = use;')
