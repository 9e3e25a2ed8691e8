import ATProtoHTTP
import ATProtoRepo
import ComAtprotoAPI
import Foundation
import HTTPTypes
import Testing
import XRPC
import XRPCAsyncHTTPClient
import XRPCClient

@testable import PDS

@Suite struct ExportTests {
  /// Over a socket: writes during the transfer are not part of the export.
  @Test func exportIsASnapshotDespiteConcurrentWrites() async throws {
    let account = try await TestServer(logger: .quiet).signUp()
    let text = String(repeating: "x", count: 50_000)
    for index in 0..<40 { _ = try await account.create(.post(text), rkey: "k\(index)") }
    let before = try await account.verifiedExport().commit
    try await account.server.overSocket { url in
      let client = XRPCClient(
        service: try #require(ServiceEndpoint(url)),
        transport: AsyncHTTPClientTransport.shared
      )
      let body = try await client.download(
        ComAtproto.Sync.GetRepo.self,
        ComAtproto.Sync.GetRepo.Parameters(did: account.did)
      ).output
      for index in 0..<40 { _ = try await account.delete(rkey: "k\(index)") }
      var verifier = RepositoryVerifier()
      for try await chunk in body.stream { try verifier.append(chunk) }
      let summary = try verifier.finish()
      #expect(summary.commit == before && summary.entryCount == 40)
    }
  }
}
