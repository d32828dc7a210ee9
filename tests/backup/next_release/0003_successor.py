"""A migration of this release, as it is."""

from importlib import import_module

Migration = import_module("contacts.migrations.0003_successor").Migration
