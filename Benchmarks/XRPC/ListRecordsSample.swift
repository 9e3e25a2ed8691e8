import ATProtoData
import ATProtoSyntax
import ComAtprotoAPI

/// A page of posts, about 5 KB of JSON, which both servers return.
enum ListRecordsSample {
  static let count = 12
  static let repo = "did:plc:ewvi7nxzyoun6zhxrhs64oiz"
  static let path =
    "/xrpc/com.atproto.repo.listRecords?repo=\(repo)"
    + "&collection=app.bsky.feed.post&limit=50&cursor=3jwdwj2ctlk26"

  static func typed() throws -> ComAtproto.Repo.ListRecords.Output {
    try ComAtproto.Repo.ListRecords.Output(json: json)
  }

  static var json: String {
    let records = (0..<count).map { number in
      """
      {"uri":"at://\(repo)/app.bsky.feed.post/3jwdwj2ctlk\(number + 10)",\
      "cid":"bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a",\
      "value":{"text":"This is post \(number), of about the length that people write: \
      a sentence or two with a \\"quotation\\", and a little — not much — beyond ASCII.",\
      "$type":"app.bsky.feed.post","langs":["en"],"reply":{"root":{"cid":\
      "bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a",\
      "uri":"at://\(repo)/app.bsky.feed.post/3jwdwj2ctlk26"}},\
      "createdAt":"2024-05-13T12:34:56.789Z"}}
      """
    }
    return #"{"cursor":"3jwdwj2ctlk26","records":[\#(records.joined(separator: ","))]}"#
  }
}
