import ATProtoLabels
import ATProtoSyntax
import ComAtprotoAPI
import Testing
import ToolsOzoneAPI
import XRPCAsyncHTTPClient
import XRPCClient

@testable import Labeler

/// A follower of a running labeler, over sockets, with identities from a PLC directory.
@Suite struct LabelFollowingTests {
  private static let subject: DID = "did:web:alice.example.com"

  /// Waits until an index has exactly these values on the subject: whether each is in effect.
  private static func wait(
    for expected: [String: Bool],
    in index: MemoryLabelIndex,
    from labeler: DID
  ) async throws {
    var found: [String: Bool] = [:]
    for _ in 0..<3_000 {
      let labels = index.labels(on: [subject.string], from: [labeler])
      found = Dictionary(uniqueKeysWithValues: labels.map { ($0.val, !($0.neg ?? false)) })
      if found == expected { return }
      try await Task.sleep(for: .milliseconds(10))
    }
    #expect(found == expected)
  }

  @Test func followerContinuesWhereTheLabelerMoved() async throws {
    try await LabelerWorld.servers { plc, _ in
      let storage = LabelerStorage.memory()
      let index = MemoryLabelIndex()
      let repo = ToolsOzone.Moderation.EmitEvent.Input.Subject.repoRef(
        .init(did: FormatString(Self.subject))
      )
      let (did, following) = try await RunningTestLabeler.run(plc: plc, storage: storage) {
        labeler in
        let follower = LabelFollower(
          labeler: labeler.did,
          index: index,
          verifier: LabelVerifier(directory: labeler.directory),
          transport: AsyncHTTPClientTransport.shared,
          policy: ReconnectPolicy(
            initialDelay: .milliseconds(10),
            maximumDelay: .milliseconds(100)
          )
        )
        let following = Task { try await follower.run() }
        try await labeler.label(repo, create: ["spam"])
        try await Self.wait(for: ["spam": true], in: index, from: labeler.did)
        return (labeler.did, following)
      }
      defer { following.cancel() }
      // It listens on another port now, which only its identity says.
      try await RunningTestLabeler.run(plc: plc, storage: storage) { labeler in
        #expect(labeler.did == did)
        try await labeler.label(repo, create: ["rude"], negate: ["spam"])
        try await Self.wait(for: ["spam": false, "rude": true], in: index, from: did)
        let newest = try await labeler.stream(after: 0, count: 2).map(\.sequence).max()
        #expect(index.cursor(of: did) == newest)
      }
      following.cancel()
      try await following.value
    }
  }
}
