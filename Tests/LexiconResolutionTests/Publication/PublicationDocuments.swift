import ATProtoData
import ATProtoSyntax
import Lexicon

@testable import LexiconResolution

/// Documents and published states for tests of publication.
enum PublicationDocuments {
  static let did: DID = "did:plc:ewvi7nxzyoun6zhxrhs64oiz"
  static let other: DID = "did:web:other.example.com"

  /// A record with one required property, and more of them if there is a list.
  static func json(_ id: String, _ properties: [String] = []) -> String {
    let all = (["text"] + properties).map { #""\#($0)":{"type":"string"}"# }
    return """
      {"lexicon":1,"id":"\(id)","defs":{"main":{"type":"record","key":"tid","record":{\
      "type":"object","required":["text"],"properties":{\(all.joined(separator: ","))}}}}}
      """
  }

  static func local(_ texts: String...) throws -> LocalLexicons {
    try local(texts)
  }

  static func local(_ texts: [String]) throws -> LocalLexicons {
    try LocalLexicons(
      texts.enumerated().map { index, text in
        SourceFile(path: "lexicons/\(index).json", bytes: Array(text.utf8))
      }
    )
  }

  static func published(_ documents: LocalLexicons) -> PublishedLexicons {
    PublishedLexicons(
      did: did,
      head: PublishedLexicons.Head(commit: head, rev: "3kznmn7xqxl22"),
      entries: Dictionary(
        uniqueKeysWithValues: documents.documents.map {
          ($0.nsid, .document(cid: $0.cid, record: $0.record))
        }
      )
    )
  }

  static let head: CIDString = "bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a"
}
