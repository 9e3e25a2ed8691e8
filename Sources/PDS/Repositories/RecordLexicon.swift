import ATProtoData
import ATProtoSyntax
import AppBskyAPI
import ComAtprotoAPI

/// The lexicon of a record, as a generated type: validation with generated types is ten times as
/// fast as with a catalog of schemas.
struct RecordLexicon: Sendable {
  private let type: any LexiconRecord.Type

  /// Returns why a record is not valid, or nil if it is.
  func problem(with block: [UInt8], recordKey: RecordKey) -> String? {
    guard type.recordKeyType.allows(recordKey) else {
      return "record key '\(recordKey)' does not match the key type of the lexicon"
    }
    do throws(DataError) {
      return try type.init(cbor: block).validate().first.map { "\($0)" }
    } catch {
      return "\(error)"
    }
  }

  /// The lexicons that are compiled into the server, by NSID.
  static let bundled: [String: RecordLexicon] = Dictionary(
    uniqueKeysWithValues: (ComAtproto.records + AppBsky.records).map { type in
      (type.nsid, RecordLexicon(type: type))
    }
  )
}
