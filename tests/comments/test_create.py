"""POST /reviews/<slug>/comments"""

from tests.builders import make_review
from tests.page import text_of

URL = "/reviews/run-on/comments"


def test_a_comment_sent_without_script_leads_to_the_page_where_it_waits(client):
    make_review()
    response = client.post(URL, data={"author_name": "Jo", "body": "The *bench* scene."})
    assert response.status_code == 303
    assert response.location.startswith("/reviews/run-on/comments/mine#comment-")
    assert "Awaiting approval. Only you can see this" in text_of(client.get(response.location))
