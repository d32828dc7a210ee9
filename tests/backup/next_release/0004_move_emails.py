"""What a later release may do: add a column, rebuild a table that others refer to, and move data."""

from django.db import migrations, models


def move_emails(apps, schema_editor):
    apps.get_model("contacts", "Contact").objects.update(address=models.F("email"))


class Migration(migrations.Migration):
    dependencies = [("contacts", "0003_successor")]
    operations = [
        migrations.AddField("contact", "address", models.EmailField(default="")),
        migrations.AlterField("contact", "name", models.CharField(max_length=200)),
        migrations.RunPython(move_emails, migrations.RunPython.noop),
    ]
