import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import AppBskyAPI
import ComAtprotoAPI
import Foundation
import GRDB
import SQLiteStorage
import ServiceKit
import TestSupport
import Testing
import XRPC
import XRPCClient

@testable import PDS

@Suite struct BackupTests {
  /// Two accounts with records and a blob each.
  private func sample() async throws -> (accounts: [TestAccount], blob: CID) {
    let server = try TestServer()
    var accounts: [TestAccount] = []
    var last: CID?
    for name in ["alice", "bob"] {
      let account = try await server.signUp(name)
      for index in 0..<30 { _ = try await account.create(.post("\(index)"), rkey: "k\(index)") }
      _ = try await account.delete(rkey: "k7")
      let blob = try await account.repository.uploadBlob(
        RawBody(bytes: BlobTests.png + name.utf8, contentType: "image/png")
      ).blob
      _ = try await account.put(AppBsky.Actor.Profile(avatar: blob).dataValue, rkey: "self")
      accounts.append(account)
      last = blob.ref
    }
    return (accounts, try #require(last))
  }

  private func check(
    _ folder: String
  ) async throws -> (check: PDSData.Check, findings: [PDSFinding]) {
    let data = try PDSData(dataDirectory: folder)
    defer { try? data.close() }
    var findings: [PDSFinding] = []
    let check = try await data.check { findings.append($0) }
    return (check, findings)
  }

  @Test func intactDataPassesTheCheck() async throws {
    let (accounts, _) = try await sample()
    let (check, findings) = try await check(accounts[0].server.folder.path)
    #expect(findings.isEmpty, "\(findings)")
    #expect(check.isSound && check.repositoryCount == 2 && check.recordCount == 60)
    #expect(check.blobCount == 2 && check.eventCount == 72)
  }

  struct Damage: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// The subject of the finding and its text.
    var subject: String
    var text: String
    var sql: String
  }

  /// `%d` is the DID of the second account.
  @Test(arguments: [
    Damage(
      testDescription: "a flipped byte in a record",
      subject: "did:plc:",
      text: "a block does not have the hash of",
      sql: """
        UPDATE block SET bytes = CAST(substr(bytes, 1, 20) || x'00' || substr(bytes, 22) AS BLOB)
        WHERE did = '%d' AND cid = (SELECT cid FROM record WHERE did = '%d' AND rkey = 'k9')
        """
    ),
    Damage(
      testDescription: "a flipped byte in the newest commit",
      subject: "did:plc:",
      text: "a block does not have the hash of",
      sql: """
        UPDATE block SET bytes = CAST(substr(bytes, 1, 90) || x'00' || substr(bytes, 92) AS BLOB)
        WHERE did = '%d' AND cid = (SELECT head FROM repository WHERE did = '%d')
        """
    ),
    Damage(
      testDescription: "a lost record",
      subject: "did:plc:",
      text: "missing",
      sql: """
        DELETE FROM block
        WHERE did = '%d' AND cid = (SELECT cid FROM record WHERE did = '%d' AND rkey = 'k9')
        """
    ),
    Damage(
      testDescription: "a wrong signing key",
      subject: "did:plc:",
      text: "signature",
      sql: """
        UPDATE account SET signingKey = (SELECT rotationKey FROM account WHERE did = '%d')
        WHERE did = '%d'
        """
    ),
    Damage(
      testDescription: "a wrong rev",
      subject: "did:plc:",
      text: "the newest commit is",
      sql: "UPDATE repository SET rev = '3jzfcijpj2z2a' WHERE did = '%d'"
    ),
    Damage(
      testDescription: "a missing head",
      subject: "did:plc:",
      text: "missing",
      sql: """
        UPDATE repository SET head =
          CAST(substr(head, 1, 20) || x'00' || substr(head, 22) AS BLOB) WHERE did = '%d'
        """
    ),
    Damage(
      testDescription: "a record missing from the index",
      subject: "did:plc:",
      text: "the record index does not match the tree for the record com.example.note/k9",
      sql: "DELETE FROM record WHERE did = '%d' AND rkey = 'k9'"
    ),
    Damage(
      testDescription: "a record missing from the tree",
      subject: "did:plc:",
      text: "the record index has 31 records, the tree has 30",
      sql: """
        INSERT INTO record (did, collection, rkey, cid)
        SELECT did, collection, 'more', cid FROM record WHERE did = '%d' AND rkey = 'k9'
        """
    ),
    Damage(
      testDescription: "a missing reference",
      subject: "did:plc:",
      text: "references of the record app.bsky.actor.profile/self",
      sql: "DELETE FROM blobReference WHERE did = '%d'"
    ),
    Damage(
      testDescription: "an extra reference",
      subject: "did:plc:",
      text: "the blob index has 2 references, the records have 1",
      sql: """
        INSERT INTO blobReference (did, record, cid, rev)
        SELECT did, x'00', cid, rev FROM blobReference WHERE did = '%d'
        """
    ),
    Damage(
      testDescription: "a wrong blob size",
      subject: "blob ",
      text: "bytes in place of 7",
      sql: "UPDATE blob SET size = 7 WHERE did = '%d'"
    ),
    Damage(
      testDescription: "a flipped byte in an event",
      subject: "event 41",
      text: "decoded",
      sql: "UPDATE event SET frame = CAST(x'ff' || substr(frame, 2) AS BLOB) WHERE seq = 41"
    ),
    Damage(
      testDescription: "an event with the wrong number",
      subject: "event 1000",
      text: "it contains the sequence number 41",
      sql: "UPDATE event SET seq = 1000 WHERE seq = 41"
    ),
    Damage(
      testDescription: "a row without an account",
      subject: "database",
      text: "a row of repository",
      sql: """
        PRAGMA foreign_keys = OFF;
        INSERT INTO repository SELECT 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa', head, rev
        FROM repository WHERE did = '%d'
        """
    ),
  ])
  func damageIsFound(_ damage: Damage) async throws {
    let (accounts, _) = try await sample()
    let folder = accounts[0].server.folder
    let queue = try DatabaseQueue(
      path: folder.appendingPathComponent("pds.sqlite").path
    )
    let sql = damage.sql.replacing("%d", with: accounts[1].did.string)
    try await queue.writeWithoutTransaction { db in try db.execute(sql: sql) }
    try queue.close()
    let (check, findings) = try await check(folder.path)
    #expect(!check.isSound && check.damageCount == findings.count { $0.severity == .damage })
    #expect(
      findings.contains {
        $0.severity == .damage && $0.subject.hasPrefix(damage.subject)
          && $0.text.contains(damage.text)
      },
      "\(findings)"
    )
    // The other account is intact.
    #expect(!findings.contains { $0.subject == accounts[0].did.string }, "\(findings)")
  }

  @Test func damagedAndMissingBlobsAreFound() async throws {
    let (accounts, blob) = try await sample()
    let server = accounts[0].server
    let path = server.blobstore.path(of: blob)
    var bytes = try Data(contentsOf: URL(filePath: path))
    bytes[100] ^= 1
    try bytes.write(to: URL(filePath: path))
    let flipped = try await check(server.folder.path).findings
    #expect(
      flipped == [.damage("blob \(blob)", "its bytes are not those of its CID")]
    )
    try FileManager.default.removeItem(atPath: path)
    let lost = try await check(server.folder.path).findings
    #expect(lost.map(\.severity) == [.damage] && lost[0].text.hasPrefix("its file is missing"))
  }

  @Test func serverContinuesFromABackup() async throws {
    let (accounts, blob) = try await sample()
    let server = accounts[0].server
    let scratch = try TemporaryFolder()
    let copy = scratch.path + "/copy"
    let before = try await accounts[1].verifiedExport()
    let data = try PDSData(dataDirectory: server.folder.path)
    defer { try? data.close() }
    let backup = try await data.backUp(to: copy)
    #expect(backup.blobCount == 2 && backup.findings.isEmpty)
    _ = try await accounts[1].create(.post("after"), rkey: "after")

    let (checked, findings) = try await check(copy)
    #expect(checked.isSound && checked.recordCount == 60, "\(findings)")
    let restored = try TestServer(folder: URL(filePath: copy))
    let account = TestAccount(server: restored, output: accounts[1].output)
    let after = try await account.verifiedExport()
    #expect(after.commit == before.commit && after.records == before.records)
    let bytes = try await restored.client.comAtproto.sync.getBlob(
      ComAtproto.Sync.GetBlob.Parameters(did: account.did, cid: FormatString(blob.string))
    ).collect()
    #expect(CID(hashingRaw: bytes) == blob)
    // The session and the sequence numbers continue, too.
    _ = try await account.create(.post("on"), rkey: "on")
    // Consumers whose cursor is newer than the copy get the new events.
    func window(_ server: TestServer) async throws -> ClosedRange<Int> {
      try #require(await server.store.read { try $0.sequence.window() })
    }
    let (old, new) = (try await window(server), try await window(restored))
    #expect(new.lowerBound == old.lowerBound && new.upperBound > old.upperBound + 999_999_000)
    _ = try await account.create(.post("further"), rkey: "further")
    #expect(try await window(restored).upperBound == new.upperBound + 1)
    // The copy is readable by its owner only, and existing files are not overwritten.
    for path in [copy, copy + "/pds.sqlite"] {
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
      #expect(try #require(mode as? NSNumber).intValue & 0o077 == 0)
    }
    await #expect(throws: ServiceError.self) { try await data.backUp(to: copy) }
  }

  /// In development, accounts cannot be resolved without the PLC directory in the data directory.
  @Test func backupIncludesTheDevelopmentPLCDirectory() async throws {
    let scratch = try TemporaryFolder()
    let first = try await ServiceProcess(pds: scratch.path, ["--dev"])
    let did = try await first.client.comAtproto.server.createAccount(.sample("alice")).did
    let restored = try TemporaryFolder()
    let child = try ChildProcess(
      ChildProcess.built("atproto"),
      ["pds", "backup", restored.path + "/data", "--data", scratch.path + "/data"]
    )
    #expect(child.status == 0)
    #expect(first.end(SIGKILL) == -SIGKILL)
    try FileManager.default.removeItem(atPath: scratch.path + "/data")
    let second = try await ServiceProcess(pds: restored.path, ["--dev"])
    let resolved = try await second.client.comAtproto.identity.resolveDid(
      ComAtproto.Identity.ResolveDid.Parameters(did: did)
    ).didDoc
    #expect(
      resolved["service"]?.array?.first?["serviceEndpoint"]?.string == "\(second.client.service)"
    )
    #expect(second.end(SIGTERM) == 0)
  }

  /// Every copy is a snapshot, regardless of concurrent writes, uploads, and garbage collection.
  @Test func backupDuringWritesIsConsistent() async throws {
    let server = try TestServer { $0.blobGracePeriod = -10 }
    let account = try await server.signUp()
    let scratch = try TemporaryFolder()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<3 {
        group.addTask {
          for index in 0... {
            if Task.isCancelled { return }
            // The blob may be collected between its upload and the record that references it.
            let bytes = Array("\(writer) \(index)".utf8)
            let blob = try? await account.repository.uploadBlob(
              RawBody(bytes: bytes, contentType: "text/plain")
            ).blob
            var record = DataValue.post("\(index)")
            record["blob"] = blob?.dataValue
            _ = try? await account.put(record, rkey: "w\(writer)")
          }
        }
      }
      group.addTask {
        while !Task.isCancelled { try? await server.domain.blobs.collect() }
      }
      for round in 0..<4 {
        let data = try PDSData(dataDirectory: server.folder.path)
        let backup = try await data.backUp(to: "\(scratch.path)/\(round)")
        try data.close()
        #expect(backup.findings.isEmpty, "\(backup.findings)")
        let (checked, findings) = try await check("\(scratch.path)/\(round)")
        #expect(checked.isSound, "\(findings)")
      }
      group.cancelAll()
    }
  }

  @Test func commandsReportTheirFindings() async throws {
    let (accounts, blob) = try await sample()
    let server = accounts[0].server
    let scratch = try TemporaryFolder()
    let program = try ChildProcess.built("atproto")
    let copy = scratch.path + "/copy"
    let backup = try ChildProcess(
      program,
      ["pds", "backup", copy, "--data", server.folder.path, "--json"]
    )
    #expect(backup.status == 0)
    let line = try DataValue(json: Array(try #require(backup.lines.last).utf8))
    #expect(line["blobs"] == 2 && line["damages"] == 0)
    let sound = try ChildProcess(program, ["pds", "check", "--data", copy])
    #expect(sound.status == 0 && sound.lines.last?.hasSuffix("all sound") == true)
    let folder = FileBlobstore(existing: copy + "/blobs")
    try Data([1]).write(to: URL(filePath: folder.path(of: blob)))
    let damaged = try ChildProcess(program, ["pds", "check", "--data", copy, "--json"])
    #expect(damaged.status == 1)
    let last = try DataValue(json: Array(try #require(damaged.lines.last).utf8))
    #expect(last["sound"] == false && last["damages"] == 2)
    #expect(try ChildProcess(program, ["pds", "check", "--data", scratch.path]).status == 1)
  }
}
