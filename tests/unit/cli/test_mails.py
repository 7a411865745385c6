"""The mails that a suite without a mail server has written."""

from pathlib import Path

from convene_cli import mails


def test_a_folder_that_is_not_there_has_no_mails(tmp_path: Path) -> None:
    assert mails.written(tmp_path / "none") == []
    assert mails.shown([]) == "No mail was written."


def test_mails_that_were_there_before_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "ntc_1-bo.eml").write_bytes(b"To: bo@example.com\r\nSubject: Old\r\n\r\nx")
    known = mails.files(tmp_path)
    (tmp_path / "ntc_2-bo.eml").write_bytes(
        b"To: =?utf-8?q?B=C3=B8?= <bo@example.com>\r\nSubject: =?utf-8?q?Oto=C3=B1o?=\r\n\r\nx"
    )
    (tmp_path / ".ntc_3.eml.part").write_bytes(b"half")

    (mail,) = mails.written(tmp_path, known)

    assert (mail.recipient, mail.subject) == ("Bø <bo@example.com>", "Otoño")
    assert "Otoño" in mails.shown([mail])
