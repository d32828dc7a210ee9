from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('desk', '0001_initial'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='sentdigest', name='desk_sentdigest_once'),
        migrations.RenameModel(old_name='SentDigest', new_name='SentLetter'),
        migrations.RenameField(model_name='sentletter', old_name='week', new_name='period'),
        migrations.AlterField(
            model_name='sentletter',
            name='period',
            field=models.DateField(help_text='its first day'),
        ),
        migrations.AddField(
            model_name='sentletter',
            name='kind',
            field=models.CharField(choices=[('answers', 'Answers'), ('review', 'Review')], default='answers', max_length=10),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name='sentletter',
            constraint=models.UniqueConstraint(fields=('contact', 'kind', 'period'), name='desk_sentletter_once'),
        ),
    ]
