from django.db import migrations, models


def mark_unreviewed(apps, schema_editor):
    """No text but the Swedish and English of 1.0 was read by a person. Lines end as forms store them from now on."""
    status = apps.get_model('editing', 'TranslationStatus')
    for model in apps.get_models():
        names = {field.name for field in model._meta.concrete_fields}
        fields = [name[:-3] for name in names if name.endswith('_sv') and f'{name[:-3]}_de' in names and name != 'slug_sv']
        for row in model._base_manager.all() if fields else ():
            lines = {}
            for name in fields:
                swedish = getattr(row, f'{name}_sv')
                for code in ('sv', 'en', 'da', 'de', 'it', 'pl', 'cs', 'fr'):
                    text = getattr(row, f'{name}_{code}', None) or ''
                    if '\r' in text:
                        lines[f'{name}_{code}'] = text.replace('\r\n', '\n')
                    if text and code not in {'sv', 'en'} and text != swedish:
                        about = {'model': model._meta.label_lower, 'object_id': row.pk, 'field': name, 'language': code}
                        status.objects.get_or_create(**about, state='unreviewed')
            if lines:
                model._base_manager.filter(pk=row.pk).update(**lines)


class Migration(migrations.Migration):

    dependencies = [
        ('accessibility', '0003_report'),
        ('contacts', '0003_successor'),
        ('editing', '0005_outdatedtranslation'),
        ('networks', '0003_slugs'),
        ('news', '0003_slugs'),
        ('pages', '0002_slugs'),
        ('twinning', '0003_exchange_pages'),
    ]

    operations = [
        migrations.RenameModel('OutdatedTranslation', 'TranslationStatus'),
        migrations.RemoveConstraint('TranslationStatus', 'editing_outdatedtranslation_one_each'),
        migrations.AddField(
            'TranslationStatus',
            'state',
            models.CharField(choices=[('outdated', 'The Swedish has changed'), ('unreviewed', 'Not reviewed')], default='outdated', max_length=10),
        ),
        migrations.AddConstraint(
            'TranslationStatus',
            models.UniqueConstraint(fields=('model', 'object_id', 'field', 'language', 'state'), name='editing_translationstatus_one_each'),
        ),
        migrations.AddField(
            'TranslationStatus',
            'before',
            models.TextField(blank=True, help_text='of an outdated one: the Swedish text that was translated'),
        ),
        migrations.RunPython(mark_unreviewed, migrations.RunPython.noop),
    ]
