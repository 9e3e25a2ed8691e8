import ATProtoCrypto
import ATProtoIdentity
import ATProtoSyntax
import Synchronization

/// Knows every DID, all with the same key for repositories and labels, and counts the lookups.
final class LabelDirectory: IdentityDirectory {
  let lookups = Atomic(0)

  func document(of did: DID) async throws(IdentityError) -> DIDDocument {
    lookups.add(1, ordering: .relaxed)
    let methods = ["atproto", "atproto_label"].map { name in
      """
      {"id":"\(did)#\(name)","type":"Multikey","controller":"\(did)",\
      "publicKeyMultibase":"\(LabelSample.key.publicKey.multikey)"}
      """
    }
    let json = #"{"id":"\#(did)","verificationMethod":[\#(methods.joined(separator: ","))]}"#
    return try DIDDocument(json: Array(json.utf8), of: did)
  }

  func identity(
    of did: DID,
    resolvedFrom handle: Handle?
  ) async throws(IdentityError) -> Identity {
    Identity(document: try await document(of: did), handle: .invalid)
  }

  func did(of handle: Handle) async throws(IdentityError) -> DID {
    throw IdentityError(.notFound, "cannot find \(handle)")
  }

  func purge(_ did: DID, handle: Handle?) async {}
}
