import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import ComAtprotoAPI
import HTTPTypes
import Logging
import XRPC
import XRPCServer

/// The identities of accounts: their DID documents and handles, and the PLC operations that change
/// them.
struct Identities: Sendable {
  let store: any PDSStore
  /// Tests can replace it.
  var directory: any IdentityDirectory
  let plc: PLCDirectoryClient
  let handlePolicy: HandlePolicy
  let baseURL: ServiceBaseURL
  /// The operator's key, which precedes the server's key in the rotation keys of new identities.
  let recoveryKey: PublicKey?
  let mailTokens: MailTokens
  let tids: TIDGenerator
  let logger: Logger

  init(
    _ store: any PDSStore,
    _ network: PDSNetwork,
    _ configuration: PDSConfiguration,
    _ mailTokens: MailTokens,
    _ tids: TIDGenerator,
    _ logger: Logger
  ) {
    self.store = store
    self.mailTokens = mailTokens
    self.tids = tids
    self.logger = logger
    directory = network.directory
    plc = network.plc
    baseURL = ServiceBaseURL(configuration)
    handlePolicy = HandlePolicy(configuration)
    recoveryKey = configuration.recoveryKey
  }

  /// The DID document of an account. The server knows the document of an active account; other
  /// accounts may have migrated, so their documents are resolved over the network. Returns nil if
  /// it cannot be resolved.
  func document(of account: Account) async -> DataValue? {
    if account.status.isActive, let document = account.document { return document }
    return (try? await directory.identity(of: account.did))?.document.value ?? account.document
  }

  /// The DID document of an account, and whether handle and document refer to each other. If the
  /// account has a did:plc and a handle below one of the server's domains, the server knows both.
  ///
  /// Throws `InvalidRequest` if the DID cannot be resolved.
  func presentation(of account: Account) async throws -> (document: DataValue, isConfirmed: Bool) {
    if account.status.isActive, let document = account.document,
      handlePolicy.covers(account.handle)
    {
      return (document, account.plcOperation?.data?.handle == account.handle)
    }
    do throws(IdentityError) {
      let identity = try await directory.identity(of: account.did)
      return (identity.document.value, identity.handle == account.handle)
    } catch {
      guard let document = account.document else {
        throw XRPCServerError.invalidRequest("cannot resolve \(account.did)")
      }
      return (document, false)
    }
  }

  /// Returns why the DID of an account does not refer to this server with the account's signing key
  /// and, for a did:plc, the server's rotation key, or nil if it does. Bypasses the cache.
  ///
  /// Throws 502 if the network cannot be reached.
  func problem(withIdentityOf account: Account) async throws -> String? {
    let expected = try await credentials(of: account)
    if account.did.method == "plc" {
      do throws(IdentityError) {
        let data = try await plc.lastOperation(of: account.did).data
        return data.map { expected.problem(with: $0) } ?? "the DID is deactivated"
      } catch {
        guard !error.isTransient else { throw XRPCServerError.upstreamFailure(error.reason) }
        return "the PLC directory does not know the DID: \(error.reason)"
      }
    }
    let document: DIDDocument
    await directory.purge(account.did, handle: nil)
    do throws(IdentityError) {
      document = try await directory.identity(of: account.did).document
    } catch {
      guard !error.isTransient else { throw XRPCServerError.upstreamFailure(error.reason) }
      return "cannot resolve the DID document: \(error.reason)"
    }
    guard (try? document.pds.origin) == expected.pds else {
      return "the DID document names another Personal Data Server"
    }
    guard (try? document.signingKey()) == expected.signingKey else {
      return "the DID document names another signing key"
    }
    return nil
  }
}

// Resolution, as `com.atproto.identity` exposes it.
extension Identities {
  /// Resolves a handle. Handles below the server's domains are those of its accounts; others are
  /// resolved over the network.
  ///
  /// Throws `HandleNotFound`, or 502 if the network cannot be reached.
  func resolve(_ handle: Handle) async throws -> DID {
    typealias Failure = ComAtproto.Identity.ResolveHandle.Failure
    let local = try await store.read { transaction in
      try transaction.accounts.account(handle)
    }
    if let local {
      guard local.status.isActive else {
        throw Failure.handleNotFound(message: "the account with the handle \(handle) is not served")
      }
      return local.did
    }
    guard !handlePolicy.covers(handle) else {
      throw Failure.handleNotFound(message: "no account on this server has the handle \(handle)")
    }
    do throws(IdentityError) {
      return try await directory.did(of: handle)
    } catch {
      guard !error.isTransient else { throw XRPCServerError.upstreamFailure(error.reason) }
      throw Failure.handleNotFound(message: "\(handle) does not resolve to a DID")
    }
  }

  /// Resolves a DID.
  ///
  /// Throws `DidNotFound`, `DidDeactivated`, or 502 if the network cannot be reached.
  func resolve(_ did: DID) async throws -> DIDDocument {
    typealias Failure = ComAtproto.Identity.ResolveDid.Failure
    do throws(IdentityError) {
      return try await directory.identity(of: did).document
    } catch {
      guard !error.isTransient else { throw XRPCServerError.upstreamFailure(error.reason) }
      throw error.code == .deactivated
        ? Failure.didDeactivated(message: error.reason) : Failure.didNotFound(message: error.reason)
    }
  }

  /// Resolves a handle or DID to a complete identity.
  ///
  /// Throws `HandleNotFound`, `DidNotFound`, `DidDeactivated`, or 502 if the network cannot be
  /// reached.
  func resolve(_ identifier: ATIdentifier) async throws -> Identity {
    do throws(IdentityError) {
      return try await directory.identity(of: identifier.normalized)
    } catch {
      guard !error.isTransient else { throw XRPCServerError.upstreamFailure(error.reason) }
      let name =
        error.code == .deactivated
        ? "DidDeactivated" : identifier.handle == nil ? "DidNotFound" : "HandleNotFound"
      throw XRPCServerError(status: .badRequest, name: name, message: error.reason)
    }
  }

  /// Resolves an identity again, bypassing the cache. Throws as ``resolve(_:)`` does.
  func refresh(_ identifier: ATIdentifier) async throws -> Identity {
    let did: DID?
    switch identifier.normalized {
    case .did(let named): did = named
    case .handle(let handle): did = try? await directory.did(of: handle)
    }
    if let did { await directory.purge(did, handle: identifier.handle) }
    return try await resolve(identifier)
  }
}
