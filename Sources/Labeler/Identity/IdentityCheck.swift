package import ATProtoCrypto
import ATProtoHTTP
package import ATProtoIdentity
package import ATProtoSyntax

/// Compares the DID document of a labeler with its key and its URL (Label specification, "Labeler
/// Service Identity").
package struct IdentityCheck: Sendable {
  private let did: DID
  private let key: PublicKey?
  private let url: (@Sendable () -> String)?
  private let directory: any IdentityDirectory

  /// - Parameters:
  ///   - key: the key that signs labels; nil to check only that there is one.
  ///   - url: the URL at which clients reach the labeler; nil to check only that there is one.
  package init(
    of did: DID,
    key: PublicKey?,
    url: (@Sendable () -> String)?,
    directory: any IdentityDirectory
  ) {
    self.did = did
    self.key = key
    self.url = url
    self.directory = directory
  }

  /// What is wrong with an identity, and what to do about it.
  package struct Problem: Hashable, Sendable {
    package enum Subject: String, Sendable {
      case identity, key, service
    }

    package let subject: Subject
    package let text: String
  }

  /// Returns an empty array if everything is as it should be.
  package func problems() async -> [Problem] {
    do throws(IdentityError) {
      await directory.purge(did, handle: nil)
      return problems(of: try await directory.document(of: did))
    } catch {
      return [Problem(subject: .identity, text: error.reason)]
    }
  }

  package func problems(of document: DIDDocument) -> [Problem] {
    [keyProblem(document), serviceProblem(document)].compactMap(\.self)
  }

  private func keyProblem(_ document: DIDDocument) -> Problem? {
    do throws(IdentityError) {
      let published = try document.signingKey(LabelerIdentity.key)
      guard let key, published != key else { return nil }
      return Problem(
        subject: .key,
        text: """
          the key #\(LabelerIdentity.key) of \(did) is \(published.didKey), but labels are signed \
          with \(key.didKey); run atproto labeler setup
          """
      )
    } catch {
      return Problem(subject: .key, text: "\(error.reason); run atproto labeler setup")
    }
  }

  private func serviceProblem(_ document: DIDDocument) -> Problem? {
    do throws(IdentityError) {
      let published = try document.endpoint(
        LabelerIdentity.service,
        type: LabelerIdentity.serviceType
      )
      guard let url = url?(), published.origin != url else { return nil }
      return Problem(
        subject: .service,
        text: """
          the service #\(LabelerIdentity.service) of \(did) is at \(published), but the labeler is \
          at \(url); run atproto labeler setup, or set LABELER_PUBLIC_URL
          """
      )
    } catch {
      return Problem(subject: .service, text: "\(error.reason); run atproto labeler setup")
    }
  }
}
