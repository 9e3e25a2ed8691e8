import ATProtoData
import ATProtoSyntax
import Lexicon

/// The file of a document, as it is in the folder.
struct InstalledFile: Sendable {
  let bytes: [UInt8]
  /// The record; nil if the file is not valid JSON.
  let value: DataValue?
  /// The CID of the record, to compare with the manifest's; nil if the file has none.
  let cid: CID?

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    let file = try? LexiconFile(json: bytes)
    value = file?.value
    cid = file?.cid
  }

  /// The record, if it has a CID and describes a document; otherwise nil.
  func record(_ cid: CID, of nsid: NSID) -> DataValue? {
    guard self.cid == cid, let value, value["id"]?.string == nsid.string else { return nil }
    return value
  }
}
