import json

from django.http import Http404, HttpRequest, HttpResponse

from opendata.datasets import DATASETS, FILES, LANGUAGES, last_change
from opendata.dcat import write_catalogue
from opendata.rdfxml import as_rdfxml
from pagecache.decorators import public
from pages.views import Section, front
from publishing.views import answer_file, render_page


def shared(response: HttpResponse) -> HttpResponse:
    """Let any page anywhere read the file with a script of its own: it is open, and the same for everyone."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Content-Language"] = ", ".join(LANGUAGES)
    return response


@public
def data_file(request: HttpRequest, name: str) -> HttpResponse:
    """One of the files."""
    if name not in FILES:
        raise Http404
    dataset, file = FILES[name]
    contents = list(dataset.contents())
    text = dataset.write(file, contents)
    return shared(answer_file(request, text, f"{file.media_type}; charset=utf-8", last_change(contents)))


@public
def catalogue(request: HttpRequest) -> HttpResponse:
    """The catalogue as JSON-LD."""
    text, last = write_catalogue()
    return shared(answer_file(request, text, "application/ld+json; charset=utf-8", last))


@public
def catalogue_rdf(request: HttpRequest) -> HttpResponse:
    """The catalogue as RDF/XML, for Sveriges dataportal."""
    text, last = write_catalogue()
    return shared(answer_file(request, as_rdfxml(json.loads(text)), "application/rdf+xml; charset=utf-8", last))


@public
def front_page(request: HttpRequest) -> HttpResponse:
    """What each file holds, with its latest change and its first record as an example."""
    page = front(Section.OPEN_DATA)
    datasets = []
    for dataset in DATASETS.values():
        contents = sorted(dataset.contents(), key=lambda item: item.pk)
        example = dataset.write(dataset.files[0], contents[:1]) if contents else ""
        datasets.append((dataset, last_change(contents), example))
    changes = [changed for _dataset, changed, _example in datasets if changed]
    return render_page(request, "opendata/front.html", page, changes=changes, datasets=datasets)
