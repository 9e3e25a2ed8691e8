import ATProtoData
import ATProtoSyntax
import AppBskyAPI
import ComAtprotoAPI

/// The constraints of a record lexicon, as enforced by its generated type. The types are compiled
/// for the server's clients anyway, and check a record ten times as fast as a catalog would.
struct RecordLexicon: Sendable {
  private let type: any LexiconRecord.Type

  /// The reason why the lexicon does not allow the record, or nil if it does.
  func fault(in block: [UInt8], recordKey: RecordKey) -> String? {
    guard type.recordKeyType.allows(recordKey) else {
      return "the record key '\(recordKey)' is not of its type"
    }
    do throws(DataError) {
      return try type.init(cbor: block).validate().first.map { "\($0)" }
    } catch {
      return "\(error)"
    }
  }

  /// The lexicons that the server is built with, by NSID.
  static let bundled: [String: RecordLexicon] = Dictionary(
    uniqueKeysWithValues: (ComAtproto.records + AppBsky.records).map { type in
      (type.nsid, RecordLexicon(type: type))
    }
  )
}
