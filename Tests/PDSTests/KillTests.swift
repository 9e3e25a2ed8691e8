import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoRepo
import ATProtoSyntax
import ComAtprotoAPI
import Foundation
import HTTPTypes
import Logging
import SQLiteStorage
import Synchronization
import TestSupport
import Testing
import XRPC
import XRPCAsyncHTTPClient
import XRPCClient
import XRPCServer

@testable import PDS

/// Kills the server executable during concurrent writes, and checks what it acknowledged.
///
/// `PDS_KILL_CYCLES` is the number of times; the default keeps the suite short.
@Suite(.serialized) struct KillTests {
  private static let cycles =
    ProcessInfo.processInfo.environment["PDS_KILL_CYCLES"].flatMap(Int.init) ?? 12

  @Test func acknowledgedWritesSurviveAKill() async throws {
    let folder = try TemporaryFolder()
    var check = try DurabilityCheck(folder: folder.path)
    var accounts: [KilledAccount] = []
    for cycle in 0..<Self.cycles {
      let server = try await ServiceProcess(killed: folder.path)
      if accounts.isEmpty {
        for index in 0..<4 { accounts.append(try await server.signUp("user\(index)")) }
      }
      let acknowledged = await withTaskGroup(of: [Acknowledged].self) { group in
        for (index, account) in accounts.enumerated() {
          // Two writers for each account, which conflict with each other.
          for writer in 0..<2 {
            group.addTask {
              await server.write(as: account, name: "\(cycle)-\(index)-\(writer)")
            }
          }
        }
        group.addTask {
          try? await Task.sleep(for: .milliseconds(Int.random(in: 5...400)))
          server.end(SIGKILL)
          return []
        }
        return await group.reduce(into: []) { $0 += $1 }
      }
      try await check.verify(acknowledged, accounts)
    }
    #expect(check.verified > Self.cycles)
  }
}

struct KilledAccount: Sendable {
  var did: FormatString<DID>
  var token: String
  var key: PublicKey
}

/// An acknowledged write.
struct Acknowledged: Sendable {
  var did: String
  var path: String
  var cid: String
  var rev: String
  var blob: CID?
}

extension ServiceProcess {
  fileprivate convenience init(killed folder: String) async throws {
    try await self.init(pds: folder, ["--dev", "--log-level", "error"])
  }

  fileprivate func signUp(_ name: String) async throws -> KilledAccount {
    let output = try await client.comAtproto.server.createAccount(.sample(name))
    let method = output.didDoc?["verificationMethod"]?[0]
    return KilledAccount(
      did: output.did,
      token: output.accessJwt,
      key: try PublicKey(multikey: method?["publicKeyMultibase"]?.string ?? "")
    )
  }

  /// Writes until the server is killed; every third record has a blob.
  fileprivate func write(as account: KilledAccount, name: String) async -> [Acknowledged] {
    var client = client
    client.headers[.authorization] = "Bearer \(account.token)"
    let repo = client.comAtproto.repo
    var acknowledged: [Acknowledged] = []
    do {
      for index in 0... {
        var record = DataValue.post("\(name) \(index)")
        var blob: Blob?
        if index % 3 == 2 {
          let bytes = Array("blob of \(name) \(index)".utf8) + [UInt8](repeating: 7, count: 40_000)
          blob = try await repo.uploadBlob(RawBody(bytes: bytes, contentType: "x/y")).blob
          record["blob"] = blob?.dataValue
        }
        let output = try await repo.createRecord(
          ComAtproto.Repo.CreateRecord.Input(
            repo: FormatString(account.did.string),
            collection: FormatString(TestAccount.collection),
            rkey: FormatString("\(name)-\(index)"),
            record: record
          )
        )
        acknowledged.append(
          Acknowledged(
            did: account.did.string,
            path: "\(TestAccount.collection)/\(name)-\(index)",
            cid: output.cid.string,
            rev: output.commit?.rev.string ?? "",
            blob: blob?.ref
          )
        )
      }
    } catch {}
    return acknowledged
  }
}

/// Opens the data that a killed server left behind, and compares it with what was acknowledged.
private struct DurabilityCheck {
  private let configuration: PDSConfiguration
  private var reader = FirehoseReader()
  private(set) var verified = 0

  init(folder: String) throws {
    configuration = PDSConfiguration(
      dataDirectory: folder + "/data",
      port: 0,
      isDevelopment: true
    )
  }

  mutating func verify(_ acknowledged: [Acknowledged], _ accounts: [KilledAccount]) async throws {
    let server = try PersonalDataServer(
      configuration,
      storage: .sqlite(configuration),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    )
    defer { try? server.close() }
    let keys = Dictionary(uniqueKeysWithValues: accounts.map { ($0.did.string, $0.key) })
    // Every event is valid, follows the one before it, and occurs once.
    try await reader.read(server.services.storage.store, keys: keys)
    let client = XRPCClient(
      service: ServiceEndpoint("http://pds.test")!,
      transport: InMemoryTransport(server.routes)
    )
    for account in accounts {
      let car = try await client.comAtproto.sync.getRepo(
        ComAtproto.Sync.GetRepo.Parameters(did: account.did)
      ).collect()
      var verifier = RepositoryVerifier()
      var records: [String: String] = [:]
      try verifier.append(car) { key, cid in records[key.description] = cid.string }
      let summary = try verifier.finish()
      try summary.commit.verify(account.key)
      #expect(summary.unlinkedCount == 0)
      // The firehose contains every record in the tree.
      #expect(reader.heads[account.did.string]?.rev == summary.commit.rev)
      let revs = reader.revs[account.did.string] ?? []
      #expect(Set(revs).count == revs.count && revs == revs.sorted())
      for write in acknowledged where write.did == account.did.string {
        #expect(records[write.path] == write.cid)
        #expect(revs.contains(write.rev))
        verified += 1
      }
    }
    try await verifyBlobs(
      acknowledged,
      client,
      try #require(server.services.storage.blobs as? FileBlobstore)
    )
  }

  private func verifyBlobs(
    _ acknowledged: [Acknowledged],
    _ client: XRPCClient,
    _ folder: FileBlobstore
  ) async throws {
    for write in acknowledged {
      guard let cid = write.blob else { continue }
      let bytes = try await client.comAtproto.sync.getBlob(
        ComAtproto.Sync.GetBlob.Parameters(
          did: FormatString(write.did),
          cid: FormatString(cid.string)
        )
      ).collect()
      #expect(CID(hashingRaw: bytes) == cid)
    }
    // Nothing else is half written.
    for try await page in folder.list() {
      for blob in page {
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: folder.path(of: blob.cid))))
        #expect(blob.cid.identifies(bytes))
      }
    }
  }
}
