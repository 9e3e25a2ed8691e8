import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import AppBskyAPI
import ComAtprotoAPI
import Foundation
import Testing
import XRPC

@testable import PDS

@Suite struct BlobTests {
  static let png: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] + (0..<200)

  private func upload(
    _ account: TestAccount,
    _ bytes: [UInt8] = png,
    _ type: String = "text/html"
  ) async throws -> Blob {
    try await account.repository.uploadBlob(RawBody(bytes: bytes, contentType: type)).blob
  }

  private func get(_ account: TestAccount, _ cid: CID) async throws -> RawBody {
    try await account.server.client.comAtproto.sync.getBlob(
      ComAtproto.Sync.GetBlob.Parameters(did: account.did, cid: FormatString(cid.string))
    )
  }

  private func profile(_ blob: Blob) -> DataValue {
    AppBsky.Actor.Profile(avatar: blob).dataValue
  }

  @Test func referencedBlobIsServedAndKept() async throws {
    let account = try await TestServer().signUp()
    let blob = try await upload(account)
    #expect(blob.ref == CID(hashingRaw: Self.png) && blob.size == Self.png.count)
    // The bytes determine the type, not the client.
    #expect(blob.mimeType == "image/png")
    #expect(await refusal { try await get(account, blob.ref) } == "400 BlobNotFound")
    _ = try await account.put(profile(blob), rkey: "self")
    let read = try await get(account, blob.ref)
    #expect(read.bytes == Self.png && read.contentType == "image/png")
    let sync = account.server.client.comAtproto.sync
    let listed = try await sync.listBlobs(
      ComAtproto.Sync.ListBlobs.Parameters(did: account.did)
    )
    #expect(listed.cids.map(\.string) == [blob.ref.string])
    // The reference is removed with the record, and the blob after the grace period.
    _ = try await account.delete(rkey: "self", in: AppBsky.Actor.Profile.nsid)
    #expect(await refusal { try await get(account, blob.ref) } == "400 BlobNotFound")
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var refusal: String
    var change: @Sendable (inout Blob) -> Void
  }

  @Test(arguments: [
    Case(testDescription: "an unknown blob", refusal: "400 BlobNotFound") {
      $0.ref = CID(hashingRaw: [1])
    },
    Case(testDescription: "a wrong type", refusal: "400 InvalidMimeType") {
      $0.mimeType = "image/jpeg"
    },
    Case(testDescription: "a wrong size", refusal: "400 InvalidSize") { $0.size = 7 },
    Case(testDescription: "a type that the lexicon does not allow", refusal: "400 InvalidRequest") {
      $0.mimeType = "image/gif"
    },
    Case(testDescription: "a size that the lexicon does not allow", refusal: "400 InvalidRequest") {
      $0.size = 1_000_001
    },
  ])
  func recordWithInvalidBlobReferenceIsRejected(_ changed: Case) async throws {
    let account = try await TestServer().signUp()
    var blob = try await upload(account)
    changed.change(&blob)
    let value = profile(blob)
    #expect(await refusal { try await account.put(value, rkey: "self") } == changed.refusal)
  }

  /// In known and unknown collections, at any depth, whether or not the blob has been uploaded.
  @Test(arguments: [AppBsky.Actor.Profile.nsid, TestAccount.collection], [true, false])
  func deprecatedBlobReferenceIsRejected(_ collection: String, _ isHere: Bool) async throws {
    let account = try await TestServer().signUp()
    let cid = isHere ? try await upload(account).ref : CID(hashingRaw: [1])
    let legacy = DataValue.object(["cid": .string(cid.string), "mimeType": .string("image/png")])
    for field in [legacy, .array([.object(["deep": legacy])])] {
      let record = DataValue.object(["$type": .string(collection), "avatar": field])
      let refused = await refusal {
        try await account.put(record, rkey: "self", validate: false)
      }
      #expect(refused == "400 InvalidRequest")
    }
    // With other fields, or without a CID, it is an ordinary object.
    let other = DataValue.object([
      "$type": .string(TestAccount.collection), "cid": .string(cid.string),
      "mimeType": .string("image/png"),
      "name": .object(["cid": .string("none"), "mimeType": .string("image/png")]),
    ])
    _ = try await account.put(other, rkey: "other")
  }

  @Test func emptyBlobIsRejectedAndStoresNothing() async throws {
    let account = try await TestServer().signUp()
    #expect(await refusal { try await upload(account, []) } == "400 InvalidRequest")
    #expect(!account.server.blobstore.contains(CID(hashingRaw: [])))
    let held = try await account.server.store.read { transaction in
      try transaction.blobs.held(of: DID(account.did.string))
    }
    #expect(held.isEmpty)
  }

  @Test func unreferencedBlobIsCollectedAfterTheGracePeriod() async throws {
    let server = try TestServer { $0.blobGracePeriod = -10 }
    let account = try await server.signUp()
    let kept = try await upload(account)
    _ = try await account.put(profile(kept), rkey: "self")
    let lost = try await upload(account, Array("nobody".utf8))
    let folder = server.blobstore
    #expect(folder.contains(lost.ref))
    try await server.domain.blobs.collect()
    #expect(!folder.contains(lost.ref) && folder.contains(kept.ref))
    #expect(try await get(account, kept.ref).bytes == Self.png)
    // Two accounts share the file of a blob.
    let bob = try await server.signUp("bob")
    _ = try await upload(bob)
    try await server.domain.blobs.collect()
    #expect(folder.contains(kept.ref))
  }

  @Test func fileWithoutIndexEntryIsSwept() async throws {
    let server = try TestServer { $0.blobGracePeriod = 0 }
    let account = try await server.signUp()
    let kept = try await upload(account)
    let folder = server.blobstore
    let stray = try await folder.beginUpload()
    try await stray.append([1, 2, 3])
    let cid = try await stray.finish()
    try await stray.commit()
    #expect(folder.contains(cid))
    try await server.domain.blobs.sweep()
    #expect(!folder.contains(cid) && folder.contains(kept.ref))
  }

  @Test func uploadLimitAndQuotaAreEnforced() async throws {
    let server = try TestServer {
      $0.blobUploadLimit = 1000
      $0.blobQuota = 1500
    }
    let account = try await server.signUp()
    let large = [UInt8](repeating: 1, count: 1001)
    #expect(await refusal { try await upload(account, large) } == "413 PayloadTooLarge")
    _ = try await upload(account, [UInt8](repeating: 1, count: 1000))
    let more = [UInt8](repeating: 2, count: 1000)
    #expect(await refusal { try await upload(account, more) } == "400 BlobQuotaExceeded")
    // Uploading the same blob again does not count.
    _ = try await upload(account, [UInt8](repeating: 1, count: 1000))
    let anonymous = server.client.comAtproto.repo
    let refused = await refusal {
      try await anonymous.uploadBlob(RawBody(bytes: [1], contentType: "text/plain"))
    }
    #expect(refused == "401 AuthMissing")
  }

  @Test(arguments: [
    ("RIFF\0\0\0\0WEBPVP8 ", "image/webp"), ("GIF89a", "image/gif"),
    ("%PDF-1.7", "application/pdf"),
    ("\0\0\0\u{18}ftypisom", "video/mp4"), ("\0\0\0\u{18}ftypavif", "image/avif"),
    ("WEBVTT\n", "text/vtt"),
  ])
  func mediaTypeIsDeterminedByTheBytes(_ text: String, _ type: String) {
    #expect(MediaSniffer.type(of: Array(text.utf8)) == type)
  }

  @Test func declaredTypeIsUsedForUnknownBytes() async throws {
    let account = try await TestServer().signUp()
    let plain = try await upload(account, Array("words".utf8), "Text/Plain; charset=utf-8")
    #expect(plain.mimeType == "text/plain")
    let odd = try await upload(account, Array("odd".utf8), "*/*")
    #expect(odd.mimeType == "application/octet-stream")
  }
}
