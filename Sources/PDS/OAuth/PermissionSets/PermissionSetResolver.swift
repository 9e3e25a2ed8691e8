import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoRepo
import ATProtoSyntax
import HTTPTypes

/// Finds published permission sets: the seam between scopes and the network.
protocol PermissionSetResolver: Sendable {
  /// The Lexicon document of an NSID.
  ///
  /// Throws ``PermissionSetError``.
  func document(_ nsid: NSID) async throws(PermissionSetError) -> DataValue
}

/// Why a permission set cannot be resolved, in words for the developer of a client.
struct PermissionSetError: Error {
  var reason: String
}

/// Resolves Lexicon documents (Lexicon specification, "Lexicon Publication and Resolution"): a TXT
/// record of the domain names a DID, and its repository has the document as a record, whose proof is
/// verified.
struct LexiconResolver: PermissionSetResolver {
  private static let collection: NSID = "com.atproto.lexicon.schema"
  private static let options = TransportOptions(
    timeout: .seconds(5),
    maximumResponseBytes: 1 << 20
  )

  let directory: any IdentityDirectory
  let txt: any TXTResolver
  let transport: any HTTPTransport
  /// Whether plain HTTP is allowed, for development.
  let allowsPlainHTTP: Bool
  /// Replaces the TXT look-up.
  let authority: DID?

  func document(_ nsid: NSID) async throws(PermissionSetError) -> DataValue {
    do {
      let did = try await authority(over: nsid)
      do {
        return try await document(nsid, in: did)
      } catch let error as RepoError where error.code == .badSignature {
        // The key may have changed since the identity was cached.
        await directory.purge(did, handle: nil)
        return try await document(nsid, in: did)
      }
    } catch let error as PermissionSetError {
      throw error
    } catch {
      throw PermissionSetError(reason: "\(error)")
    }
  }

  /// "Resolution is not recursive": only the domain of the NSID itself is asked.
  private func authority(over nsid: NSID) async throws -> DID {
    if let authority { return authority }
    guard let domain = nsid.domain else {
      throw PermissionSetError(reason: "its authority is too long for a domain name")
    }
    let name = "_lexicon.\(domain)"
    guard name.utf8.count <= 253 else {
      throw PermissionSetError(reason: "\(name) is too long for a domain name")
    }
    let texts = try await txt.texts(of: name, within: .seconds(3))
    let dids = Set(
      texts.compactMap { $0.hasPrefix("did=") ? try? DID(String($0.dropFirst(4))) : nil }
    )
    guard let did = dids.first, dids.count == 1 else {
      throw PermissionSetError(
        reason: "\(name) must have a TXT record with one DID (did=…), but has \(dids.count)"
      )
    }
    return did
  }

  private func document(_ nsid: NSID, in did: DID) async throws -> DataValue {
    let document = try await directory.identity(of: did).document
    let (pds, key) = (try document.pds, try document.signingKey())
    guard allowsPlainHTTP || pds.scheme == "https" else {
      throw PermissionSetError(reason: "the PDS of \(did) does not use HTTPS")
    }
    let query = "did=\(did)&collection=\(Self.collection)&rkey=\(nsid)"
    // DIDs may contain percent-encoded characters.
    let target = "/xrpc/com.atproto.sync.getRecord?\(query.replacing("%", with: "%25"))"
    guard let url = pds.at(target) else {
      throw PermissionSetError(reason: "the URL of its record is not valid")
    }
    let response = try await transport.send(
      url.request(.get, [.accept: "application/vnd.ipld.car"]),
      body: nil,
      options: Self.options
    )
    guard response.head.status == .ok else {
      throw PermissionSetError(
        reason: "the PDS of \(did) answered \(response.head.status.code) for its record"
      )
    }
    let path = RepoPath(Self.collection, try RecordKey(nsid.string))
    let proof = try RecordProof(car: response.body, path: path, did: did, key: key)
    guard let record = proof.record else {
      throw PermissionSetError(reason: "\(did) has no record \(path)")
    }
    return try DataValue(cbor: record, limits: .record)
  }
}

extension LexiconResolver {
  init(_ network: PDSNetwork, _ configuration: PDSConfiguration) {
    self.init(
      directory: network.directory,
      txt: network.txt,
      transport: network.guarded,
      allowsPlainHTTP: configuration.allowsPrivateAddresses,
      authority: configuration.oauth.lexiconAuthority
    )
  }
}
