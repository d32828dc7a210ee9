"""The migration of 1.0.0, as it is."""

from importlib import import_module

Migration = import_module("contacts.migrations.0001_initial").Migration
