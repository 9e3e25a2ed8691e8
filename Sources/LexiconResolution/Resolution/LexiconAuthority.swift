import ATProtoIdentity
public import ATProtoSyntax

/// The DID that publishes the documents of a domain authority.
public struct LexiconAuthority: Hashable, Sendable {
  /// The DID.
  public let did: DID
  /// How long the answer of the name servers may be cached; nil if they were not asked.
  public let timeToLive: Duration?

  /// Creates an authority.
  public init(did: DID, timeToLive: Duration? = nil) {
    self.did = did
    self.timeToLive = timeToLive
  }

  /// Reads the TXT records of `name`: "the TXT record value has the format `did=<did>`" (Lexicon
  /// specification, "Lexicon Publication and Resolution"). Other records do not count.
  init(_ records: [TXTRecord], of name: String) throws(LexiconError) {
    let prefix = Array("did=".utf8)
    let candidates = records.filter { $0.bytes.starts(with: prefix) }
    guard let first = candidates.first else {
      throw LexiconError(
        .authorityNotFound,
        "\(name) does not have a TXT record that begins with did="
      )
    }
    // A second value, valid or not, leaves open which one is meant.
    guard candidates.allSatisfy({ $0.bytes == first.bytes }) else {
      throw LexiconError(.authorityAmbiguous, "\(name) has different TXT records with did=")
    }
    let text = String(validating: first.bytes.dropFirst(prefix.count), as: UTF8.self)
    guard let did = text.flatMap({ try? DID($0) }), Self.isSupported(did) else {
      throw LexiconError(
        .authorityMalformed,
        "the TXT record of \(name) is not did= followed by a did:plc or did:web",
        detail: "did=\(text.map { String($0.prefix(200)) } ?? "…")"
      )
    }
    self.init(did: did, timeToLive: candidates.map(\.timeToLive).min())
  }

  private static func isSupported(_ did: DID) -> Bool {
    switch did.method {
    case "web": true
    // did:plc specification, "Identifier Syntax".
    case "plc":
      did.identifier.utf8.count == 24
        && did.identifier.utf8.allSatisfy {
          (0x61...0x7A).contains($0) || (0x32...0x37).contains($0)
        }
    default: false
    }
  }
}
