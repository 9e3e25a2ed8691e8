package import ATProtoSyntax

// XRPC specification, "Service Proxying":
//
//   service-reference = did "#" fragment
//   fragment          = 1*128( ALPHA / DIGIT / "-" / "." / "_" / "~" )

/// A service of a DID: `did:web:labeler.example.com#atproto_labeler`.
package struct ServiceReference: Hashable, Sendable {
  package static let maximumFragmentLength = 128

  package var did: DID
  /// Without its `#`.
  package var fragment: String

  package init(did: DID, fragment: String) {
    self.did = did
    self.fragment = fragment
  }

  /// Returns nil if `text` is not a service reference.
  package init?(_ text: String) {
    let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let did = try? DID(String(parts[0])),
      (1...Self.maximumFragmentLength).contains(parts[1].utf8.count),
      parts[1].utf8.allSatisfy(Self.isFragmentCharacter)
    else { return nil }
    self.init(did: did, fragment: String(parts[1]))
  }

  private static func isFragmentCharacter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: "~"):
      true
    default: false
    }
  }
}

extension ServiceReference: CustomStringConvertible {
  package var description: String { "\(did)#\(fragment)" }
}
