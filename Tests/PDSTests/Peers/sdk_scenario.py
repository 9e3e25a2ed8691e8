"""What an app does with a PDS, done with the atproto SDK from PyPI.

usage: sdk_scenario.py URL MAILBOX ADMIN_PASSWORD      (prints one JSON object for the test to check)

Every step asserts what it expects, so that a failure names its line.
"""

import base64
import json
import re
import sys

from atproto import CAR, Client, models
from atproto_client import SessionEvent
from atproto_client.exceptions import AtProtocolError

PASSWORD = "correct horse battery"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def refused(call, *arguments, **options):
    try:
        call(*arguments, **options)
    except AtProtocolError as error:
        return error.response.content.error
    raise AssertionError("not refused")


def mailed_token(mailbox):
    with open(mailbox, encoding="utf-8") as file:
        return re.findall(r"^[A-Z2-7]{5}-[A-Z2-7]{5}$", file.read(), re.MULTILINE)[-1]


def logged_in(url, name, password):
    """A client with a session. Its profile, which would come from an app view, is set by hand."""
    client = Client(url)
    client.login(name, password, fetch_bsky_profile=False)
    session = client._session
    client.me = models.AppBskyActorDefs.ProfileViewDetailed(did=session.did, handle=session.handle)
    return client


def main(url, mailbox, admin_password):
    server = Client(url)
    described = server.com.atproto.server.describe_server()
    handle = "sdk" + described.available_user_domains[0]
    account = server.com.atproto.server.create_account(
        {"handle": handle, "email": "sdk@mail.test", "password": PASSWORD}
    )
    assert server.resolve_handle(handle).did == account.did

    # Session.
    client = logged_in(url, handle, PASSWORD)
    events = []
    client.on_session_change(lambda event, session: events.append(event))
    session = client.com.atproto.server.get_session()
    assert session.did == account.did and session.active and not session.email_confirmed

    # Records.
    post = client.send_post("Hello from the SDK")
    assert post.uri.startswith(f"at://{account.did}/app.bsky.feed.post/")
    like = client.like(post.uri, post.cid)
    follow = client.follow(account.did)
    read = client.get_post(post.uri.split("/")[-1], account.did)
    assert read.value.text == "Hello from the SDK" and read.cid == post.cid
    picture = client.send_image("A pixel", PIXEL, "one red pixel")
    embed = client.get_post(picture.uri.split("/")[-1], account.did).value.embed
    cid = embed.images[0].image.ref.link
    assert embed.images[0].image.mime_type == "image/png"
    assert client.com.atproto.sync.get_blob({"did": account.did, "cid": cid}) == PIXEL
    parameters = {"repo": account.did, "collection": "app.bsky.feed.post", "limit": 1}
    page = client.com.atproto.repo.list_records(parameters)
    assert [record.uri for record in page.records] == [picture.uri]
    page = client.com.atproto.repo.list_records({**parameters, "cursor": page.cursor})
    assert [record.uri for record in page.records] == [post.uri]
    assert client.unlike(like.uri)
    assert refused(client.get_post, "none", account.did) == "RecordNotFound"

    # App passwords.
    made = client.com.atproto.server.create_app_password({"name": "phone"})
    app = logged_in(url, handle, made.password)
    note = app.send_post("From the phone")
    assert app.delete_post(note.uri)
    assert (
        refused(app.com.atproto.server.create_app_password, {"name": "other"}) == "InvalidToken"
    )
    listed = client.com.atproto.server.list_app_passwords()
    assert [entry.name for entry in listed.passwords] == ["phone"]
    client.com.atproto.server.revoke_app_password({"name": "phone"})
    assert refused(Client(url).login, handle, made.password) == "AuthenticationRequired"

    # Renewal, and a session that another client takes over.
    before = client._session.access_jwt
    client._refresh_and_set_session()
    assert client._session.access_jwt != before and SessionEvent.REFRESH in events
    again = Client(url)
    again.login(session_string=client.export_session_string(), fetch_bsky_profile=False)
    assert again.com.atproto.server.get_session().did == account.did

    # Email confirmation, and a new password.
    client.com.atproto.server.request_email_confirmation()
    client.com.atproto.server.confirm_email(
        {"email": "sdk@mail.test", "token": mailed_token(mailbox)}
    )
    assert client.com.atproto.server.get_session().email_confirmed
    server.com.atproto.server.request_password_reset({"email": "sdk@mail.test"})
    server.com.atproto.server.reset_password(
        {"token": mailed_token(mailbox), "password": "another password"}
    )
    assert refused(Client(url).login, handle, PASSWORD) == "AuthenticationRequired"
    client = logged_in(url, "sdk@mail.test", "another password")

    # What anyone can read.
    car = CAR.from_bytes(server.com.atproto.sync.get_repo({"did": account.did}))
    head = server.com.atproto.sync.get_latest_commit({"did": account.did})
    assert str(car.root) == head.cid
    commit = car.blocks[car.root]
    assert commit["did"] == account.did and commit["rev"] == head.rev

    # The administrator.
    admin = Client(url)
    token = base64.b64encode(f"admin:{admin_password}".encode()).decode()
    headers = {"Authorization": f"Basic {token}"}
    info = admin.com.atproto.admin.get_account_info({"did": account.did}, headers=headers)
    assert info.handle == handle and info.email == "sdk@mail.test"
    assert isinstance(info, models.ComAtprotoAdminDefs.AccountView)

    # The end.
    client.com.atproto.server.request_account_delete()
    server.com.atproto.server.delete_account(
        {"did": account.did, "password": "another password", "token": mailed_token(mailbox)}
    )
    assert (
        refused(server.com.atproto.sync.get_repo_status, {"did": account.did}) == "RepoNotFound"
    )
    print(json.dumps({"did": account.did, "blocks": len(car.blocks), "follow": follow.uri}))


if __name__ == "__main__":
    main(*sys.argv[1:])
