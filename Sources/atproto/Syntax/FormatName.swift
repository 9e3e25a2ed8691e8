import ATProtoSyntax
import ArgumentParser

/// A string format by its Lexicon name.
enum FormatName: String, CaseIterable, ExpressibleByArgument {
  case atIdentifier = "at-identifier"
  case atURI = "at-uri"
  case cid
  case datetime
  case did
  case handle
  case language
  case nsid
  case recordKey = "record-key"
  case tid
  case uri

  /// The text in the form that the specification prefers, or as it is where there is none.
  func normalized(_ text: String) throws(SyntaxError) -> String {
    switch self {
    case .atIdentifier:
      switch try ATIdentifier(text) {
      case .did(let did): return did.string
      case .handle(let handle): return handle.normalized.string
      }
    case .atURI: return try ATURI(text).normalized.string
    case .cid: return try CIDString(text).string
    case .datetime: return try Datetime(text).string
    case .did: return try DID(text).string
    case .handle: return try Handle(text).normalized.string
    case .language: return try Language(text).normalized.string
    case .nsid: return try NSID(text).normalized.string
    case .recordKey: return try RecordKey(text).string
    case .tid: return try TID(text).string
    case .uri: return try URIString(text).string
    }
  }
}
