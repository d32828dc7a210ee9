from django.db import migrations, models

SQLITE = [
    "DROP TRIGGER IF EXISTS pages_searchentry_added",
    "DROP TRIGGER IF EXISTS pages_searchentry_removed",
    "DROP TRIGGER IF EXISTS pages_searchentry_changed",
    "DROP TABLE IF EXISTS pages_searchentry_index",
]
POSTGRESQL = ["DROP INDEX IF EXISTS pages_searchentry_index"]


def drop_index(apps, schema_editor):
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def delete_entries(apps, schema_editor):
    """Going backwards adds a column without a default. Entries are made again by `index_search`."""
    apps.get_model("pages", "SearchEntry").objects.all().delete()


class Migration(migrations.Migration):

    dependencies = [
        ('pages', '0005_always_public'),
    ]

    operations = [
        migrations.RunPython(drop_index, migrations.RunPython.noop),
        migrations.RemoveField(
            model_name='searchentry',
            name='trigrams',
        ),
        migrations.AlterField(
            model_name='searchentry',
            name='title_words',
            field=models.TextField(help_text='folded words and stems of its names, those that are not shown too'),
        ),
        migrations.AlterField(
            model_name='searchentry',
            name='words',
            field=models.TextField(help_text='folded words and stems of everything, each between two blanks'),
        ),
        migrations.RunPython(migrations.RunPython.noop, delete_entries),
    ]
