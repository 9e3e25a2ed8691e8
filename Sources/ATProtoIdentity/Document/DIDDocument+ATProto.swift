public import ATProtoCrypto
public import ATProtoHTTP
public import ATProtoSyntax

extension DIDDocument {
  /// The handle that the document claims, in lower case: "the first syntactically valid handle
  /// found". ``IdentityDirectory`` confirms whether the handle resolves to the DID.
  public var claimedHandle: Handle? {
    alsoKnownAs.lazy.compactMap(Handle.init(alias:)).first
  }

  /// Returns the first valid key with a name that the DID itself controls.
  ///
  /// - Parameter name: `atproto` for commits and service tokens, `atproto_label` for labels.
  /// - Throws: ``IdentityError/Code/missing`` if there is none, with the reason for the last candidate.
  public func signingKey(_ name: String = "atproto") throws(IdentityError) -> PublicKey {
    var reason = "\(id) does not have a key #\(name)"
    for method in verificationMethods where method.id == name {
      guard method.controller == id.string else {
        reason = "the key #\(name) of \(id) is controlled by another DID"
        continue
      }
      do throws(CryptoError) {
        if let key = try method.publicKey { return key }
        reason = "the key #\(name) of \(id) has an unknown type: \(method.type.prefix(80))"
      } catch {
        reason = "the key #\(name) of \(id) is not valid: \(error)"
      }
    }
    throw IdentityError(.missing, reason)
  }

  /// Returns the URL of the first service with an ID and type.
  ///
  /// - Parameter id: the fragment: `atproto_pds`, `atproto_labeler`, `bsky_appview`, …
  /// - Throws: ``IdentityError/Code/missing`` if there is none or its URL is not valid.
  public func endpoint(_ id: String, type: String) throws(IdentityError) -> HTTPURL {
    guard let service = services.first(where: { $0.id == id && $0.type == type }) else {
      throw IdentityError(.missing, "\(self.id) does not have a service #\(id) of the type \(type)")
    }
    guard let url = HTTPURL(service.endpoint) else {
      throw IdentityError(
        .missing,
        "the service #\(id) of \(self.id) does not have a valid HTTP URL"
      )
    }
    return url
  }

  /// The base URL of the PDS: "only the URI scheme, hostname, and optional port number".
  public var pds: HTTPURL {
    get throws(IdentityError) {
      let url = try endpoint("atproto_pds", type: "AtprotoPersonalDataServer")
      guard url.target == "/" else {
        throw IdentityError(.missing, "the URL of the PDS of \(id) must not have a path")
      }
      return url
    }
  }
}

extension DIDDocument.VerificationMethod {
  /// The key, in any representation used on the network ("Representation of Public Keys"); nil for
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
