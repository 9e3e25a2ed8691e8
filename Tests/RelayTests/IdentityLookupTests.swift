import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoRepo
import ATProtoSyntax
import RelayTestSupport
import Synchronization
import Testing

@testable import Relay

@Suite struct IdentityLookupTests {
  /// Documents, or errors, by DID.
  final class Documents: IdentityDirectory {
    private let results = Mutex<[DID: Result<DIDDocument, IdentityError>]>([:])

    func set(_ result: Result<DIDDocument, IdentityError>, of did: DID) {
      results.withLock { $0[did] = result }
    }

    func document(of did: DID) async throws(IdentityError) -> DIDDocument {
      guard let result = results.withLock({ $0[did] }) else {
        throw IdentityError(.notFound, "cannot find \(did)")
      }
      return try result.get()
    }

    func identity(
      of did: DID,
      resolvedFrom handle: Handle?
    ) async throws(IdentityError) -> Identity {
      Identity(document: try await document(of: did), handle: .invalid)
    }

    func did(of handle: Handle) async throws(IdentityError) -> DID {
      throw IdentityError(.notFound, "handles are not resolved")
    }

    func purge(_ did: DID, handle: Handle?) async {}
  }

  let documents = Documents()
  let account = SimulatedAccount(pds: "https://pds.example.com")

  func resolve() async -> Result<ResolvedIdentity, SyncFailure> {
    await Identities(documents, perHost: 4).resolve(account.did, for: "pds.example.com")
  }

  func kind(of result: Result<ResolvedIdentity, SyncFailure>) -> SyncFailure.Kind? {
    if case .failure(let failure) = result { failure.kind } else { nil }
  }

  @Test(arguments: [
    ("https://pds.example.com", "pds.example.com"), ("https://PDS.example.com/", "pds.example.com"),
    ("http://localhost:2583", "localhost:2583"), ("http://127.0.0.1:2583", "localhost:2583"),
    ("http://[::1]:2583", "localhost:2583"),
  ])
  func pdsIsNamedAsHostsAre(_ url: String, _ name: String) async throws {
    account.pds = url
    documents.set(.success(try DIDDocument(account.document)), of: account.did)
    let resolved = try await resolve().get()
    #expect(resolved.identity.pds == name)
    #expect(resolved.identity.signingKey == account.key.publicKey)
    #expect(resolved.handle == account.handle)
  }

  @Test(arguments: [
    "https://10.0.0.1", "https://pds.example.com:8443", "https://pds.example.com/path", "ftp://a.b",
    "not a URL",
  ])
  func pdsThatCannotBeCrawledIsInvalid(_ url: String) async throws {
    account.pds = url
    documents.set(.success(try DIDDocument(account.document)), of: account.did)
    #expect(kind(of: await resolve()) == .invalid)
  }

  @Test(arguments: [
    (IdentityError.Code.notFound, SyncFailure.Kind.notFound), (.deactivated, .tombstoned),
    (.unreachable, .temporary), (.timedOut, .temporary), (.badDocument, .invalid),
    (.unsupportedMethod, .invalid), (.tooLarge, .invalid), (.refusedAddress, .invalid),
  ])
  func errorDecidesWhetherToTryAgain(
    _ code: IdentityError.Code,
    _ kind: SyncFailure.Kind
  ) async {
    documents.set(.failure(IdentityError(code, "test")), of: account.did)
    #expect(self.kind(of: await resolve()) == kind)
  }

  @Test func documentWithoutKeyIsInvalid() async throws {
    var document = account.document
    document["verificationMethod"] = []
    documents.set(.success(try DIDDocument(document)), of: account.did)
    #expect(kind(of: await resolve()) == .invalid)
  }
}
