import ATProtoData
import ATProtoSyntax
import ComAtprotoAPI

/// Encodes and decodes a record of its own lexicon, which refers to a type of com.atproto.
@main
struct BookmarksExample {
  static func main() throws {
    let bookmark = ComExample.Bookmarks.Bookmark(
      subject: ComAtproto.Repo.StrongRef(
        uri: "at://did:plc:ewvi7nxzyoun6zhxrhs64oiz/app.bsky.feed.post/3jzfcijpj2z2a",
        cid: "bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a"
      ),
      note: "to read later",
      createdAt: "2026-11-22T10:00:00.000Z"
    )
    let json = bookmark.jsonString()
    let copy = try ComExample.Bookmarks.Bookmark(json: json)
    guard copy == bookmark, copy.cborBytes() == bookmark.cborBytes(), copy.validate().isEmpty else {
      throw Difference()
    }
    print(json)
  }

  struct Difference: Error {}
}
