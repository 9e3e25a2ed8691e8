import ATProtoData
import ATProtoSyntax
import AppView

/// Makes the URLs of pictures and videos.
public struct PictureURLs: Hashable, Sendable {
  private let template: String

  /// Creates URLs from a template.
  ///
  /// - Parameter template: an absolute URL in which `{pds}` stands for the URL of the account's
  ///   PDS, `{did}` for the account, `{cid}` for the blob, and `{kind}` for how it is shown:
  ///   `avatar`, `banner`, `thumbnail`, `fullsize`, or `video`.
  public init(template: String = Self.blobTemplate) {
    self.template = template
  }

  /// The blob as its account uploaded it, at the account's PDS.
  public static let blobTemplate = "{pds}/xrpc/com.atproto.sync.getBlob?did={did}&cid={cid}"

  enum Kind: String {
    case avatar, banner, thumbnail, fullsize, video
  }

  /// The URL of a blob; nil if the PDS is needed, but not known.
  func url(_ cid: CID, of account: IndexedAccount, _ kind: Kind) -> FormatString<URIString>? {
    let pds: String
    if let known = account.pds {
      pds = known.hasSuffix("/") ? String(known.dropLast()) : known
    } else if template.contains("{pds}") {
      return nil
    } else {
      pds = ""
    }
    // One pass, so that nothing in a value is taken for a placeholder.
    var url = ""
    var rest = template[...]
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      url += rest[..<open]
      switch rest[rest.index(after: open)..<close] {
      case "pds": url += pds
      case "did": url += account.did.string
      case "cid": url += cid.string
      case "kind": url += kind.rawValue
      default: url += rest[open...close]
      }
      rest = rest[rest.index(after: close)...]
    }
    return FormatString(url + rest)
  }
}
