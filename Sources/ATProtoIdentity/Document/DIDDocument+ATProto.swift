public import ATProtoCrypto
public import ATProtoHTTP
public import ATProtoSyntax

extension DIDDocument {
  /// The handle that the document claims, in lower case: "the first syntactically valid handle
  /// found". Only a directory tells whether it is rightly claimed.
  public var claimedHandle: Handle? {
    alsoKnownAs.lazy.compactMap(Handle.init(alias:)).first
  }

  /// The first valid key of the name that the DID itself controls.
  ///
  /// Throws ``IdentityError/Code/missing``, with the reason why the last one is no such key.
  ///
  /// - Parameter name: `atproto` for commits and service tokens, `atproto_label` for labels.
  public func signingKey(_ name: String = "atproto") throws(IdentityError) -> PublicKey {
    var reason = "\(id) has no key #\(name)"
    for method in verificationMethods where method.id == name {
      guard method.controller == id.string else {
        reason = "the key #\(name) of \(id) is controlled by another"
        continue
      }
      do throws(CryptoError) {
        if let key = try method.publicKey { return key }
        reason = "the key #\(name) of \(id) is of the unknown type \(method.type.prefix(80))"
      } catch {
        reason = "the key #\(name) of \(id) is none: \(error)"
      }
    }
    throw IdentityError(.missing, reason)
  }

  /// The URL of the first service of the name and the type.
  ///
  /// - Parameter id: `atproto_pds`, `atproto_labeler`, `bsky_appview`, …
  public func endpoint(_ id: String, type: String) throws(IdentityError) -> HTTPURL {
    guard let service = services.first(where: { $0.id == id && $0.type == type }) else {
      throw IdentityError(.missing, "\(self.id) has no service #\(id)")
    }
    guard let url = HTTPURL(service.endpoint) else {
      throw IdentityError(.missing, "the service #\(id) of \(self.id) has no URL of HTTP")
    }
    return url
  }

  /// The Personal Data Server: "only the URI scheme, hostname, and optional port number".
  public var pds: HTTPURL {
    get throws(IdentityError) {
      let url = try endpoint("atproto_pds", type: "AtprotoPersonalDataServer")
      guard url.target == "/" else {
        throw IdentityError(.missing, "the Personal Data Server of \(id) has a path")
      }
      return url
    }
  }
}

extension DIDDocument.VerificationMethod {
  /// The key in any form that is seen on the network ("Representation of Public Keys"); nil for
  /// other types.
  var publicKey: PublicKey? {
    get throws(CryptoError) {
      switch type {
      case "Multikey": try PublicKey(multikey: publicKeyMultibase)
      case "EcdsaSecp256k1VerificationKey2019":
        try PublicKey(legacyMultibase: publicKeyMultibase, curve: .k256)
      case "EcdsaSecp256r1VerificationKey2019":
        try PublicKey(legacyMultibase: publicKeyMultibase, curve: .p256)
      default: nil
      }
    }
  }
}
