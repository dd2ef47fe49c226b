/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * tally.c - a module for Python that counts: add() while it holds Python's lock, add_open()
 * with the lock given back, as modules do around long work, run() in two threads of its own.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <pthread.h>

#include "barrier.h"

struct tally {
	PyObject_HEAD
	long sum;
	int careful;
	struct barrier turn;
	pthread_mutex_t lock;
};

static PyObject *add(struct tally *self, PyObject *amount)
{
	self->sum += PyLong_AsLong(amount);
	return PyLong_FromLong(self->sum);
}

static PyObject *add_open(struct tally *self, PyObject *which)
{
	long first = PyLong_AsLong(which) == 1;

	Py_BEGIN_ALLOW_THREADS
	if (!first)
		barrier_wait(&self->turn);
	self->sum++;
	if (first)
		barrier_wait(&self->turn);
	Py_END_ALLOW_THREADS
	Py_RETURN_NONE;
}

static void *first(void *arg)
{
	struct tally *self = arg;

	pthread_mutex_lock(&self->lock);
	self->sum++;
	pthread_mutex_unlock(&self->lock);
	barrier_wait(&self->turn);
	return 0;
}

static void *second(void *arg)
{
	struct tally *self = arg;

	barrier_wait(&self->turn);
	if (self->careful)
		pthread_mutex_lock(&self->lock);
	self->sum++;
	if (self->careful)
		pthread_mutex_unlock(&self->lock);
	return 0;
}

static PyObject *run(struct tally *self, PyObject *careful)
{
	pthread_t one, two;

	self->careful = PyObject_IsTrue(careful);
	Py_BEGIN_ALLOW_THREADS
	pthread_create(&one, 0, first, self);
	pthread_create(&two, 0, second, self);
	pthread_join(one, 0);
	pthread_join(two, 0);
	Py_END_ALLOW_THREADS
	return PyLong_FromLong(self->sum);
}

static PyMethodDef methods[] = {
	{"add", (PyCFunction)add, METH_O, "adds a number"},
	{"add_open", (PyCFunction)add_open, METH_O, "adds 1 without Python's lock"},
	{"run", (PyCFunction)run, METH_O, "adds 2 in two threads of its own"},
	{0},
};

static int tally_init(struct tally *self, PyObject *args, PyObject *names)
{
	(void)args, (void)names;
	barrier_init(&self->turn, 2);
	return pthread_mutex_init(&self->lock, 0);
}

static PyTypeObject type = {
	PyVarObject_HEAD_INIT(0, 0).tp_name = "tally.Tally",
	.tp_basicsize = sizeof(struct tally),
	.tp_flags = Py_TPFLAGS_DEFAULT,
	.tp_new = PyType_GenericNew,
	.tp_init = (initproc)tally_init,
	.tp_methods = methods,
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, .m_name = "tally", .m_size = -1};

PyMODINIT_FUNC PyInit_tally(void)
{
	PyObject *made;

	if (PyType_Ready(&type) < 0 || !(made = PyModule_Create(&module)))
		return 0;
	PyModule_AddObjectRef(made, "Tally", (PyObject *)&type);
	return made;
}
