public import ATProtoCrypto
public import ATProtoHTTP
import ATProtoIdentity
public import ATProtoSyntax

/// The repository of a DID: where it is, and the key that its commits are signed with.
public struct LexiconRepository: Hashable, Sendable {
  /// The account.
  public let did: DID
  /// The base URL of the PDS.
  public let pds: HTTPURL
  /// The signing key.
  public let key: PublicKey

  /// Creates a description of a repository.
  public init(did: DID, pds: HTTPURL, key: PublicKey) {
    self.did = did
    self.pds = pds
    self.key = key
  }

  /// Reads a DID document. The handle that it claims does not matter.
  init(_ document: DIDDocument) throws(LexiconError) {
    did = document.id
    do throws(IdentityError) {
      pds = try document.pds
    } catch {
      throw LexiconError(
        .noPds,
        "the DID document of \(document.id) does not name a PDS",
        detail: error.reason
      )
    }
    do throws(IdentityError) {
      key = try document.signingKey()
    } catch {
      throw LexiconError(
        .noSigningKey,
        "the DID document of \(document.id) does not have a signing key",
        detail: error.reason
      )
    }
  }
}
