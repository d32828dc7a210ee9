
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='VerifiedBackup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, unique=True)),
                ('made_at', models.DateTimeField()),
                ('verified_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('change_marks', models.TextField(help_text='what they were when it was made (backup/service.py)')),
            ],
        ),
    ]
