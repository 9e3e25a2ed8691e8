import ATProtoData
import Foundation
import TestSupport
import Testing

@testable import atproto

/// `atproto firehose` as a process, with a server that stops and restarts.
@Suite(.serialized) struct FirehoseCommandTests {
  private static let collection = "com.example.note"

  private func listen(_ fixture: ClientFixture) throws -> RunningProcess {
    try RunningProcess(
      try ChildProcess.built("atproto"),
      [
        "firehose", "--relay", fixture.address, "--cursor", "0", "--collection", Self.collection,
        "--json",
      ],
      output: fixture.path("heard"),
      error: fixture.path("errors")
    )
  }

  private func write(_ key: String, _ fixture: ClientFixture) throws {
    try fixture.folder.write(#"{"text": "heard"}"#, to: "note.json")
    let made = try fixture.run(
      "record",
      "create",
      Self.collection,
      fixture.path("note.json"),
      "--rkey",
      key
    )
    try #require(made.status == 0, "\(String(decoding: made.error, as: UTF8.self))")
  }

  /// Waits until `count` objects have been printed.
  private func heard(_ count: Int, _ fixture: ClientFixture) throws -> [DataValue] {
    var lines: [Substring] = []
    for _ in 0..<3_000 {
      let text = try fixture.folder.text("heard")
      lines = text.split(separator: "\n")
      if lines.count >= count, text.hasSuffix("\n") { break }
      usleep(20_000)
    }
    let errors = try fixture.folder.text("errors")
    try #require(lines.count == count, "\(errors)")
    return try lines.map { try DataValue(json: String($0)) }
  }

  @Test func firehoseResumesAfterTheServerRestarts() throws {
    let fixture = try ClientFixture()
    _ = try fixture.logIn()
    let listener = try listen(fixture)
    try write("one", fixture)
    _ = try heard(1, fixture)
    try fixture.restart()
    try write("two", fixture)
    let paths = try heard(2, fixture).map { $0["path"]?.string }
    #expect(paths == ["one", "two"].map { "\(Self.collection)/\($0)" })
    kill(listener.identifier, SIGTERM)
    #expect(listener.wait(seconds: 60) == 128 + SIGTERM)
    let errors = try fixture.folder.text("errors").split(separator: "\n")
    let disconnections = try errors.dropLast().map { try DataValue(json: String($0)) }
    #expect(disconnections.allSatisfy { $0["disconnected"]?.string?.isEmpty == false })
    #expect(disconnections.allSatisfy { $0["retryInMilliseconds"]?.integer != nil })
    #expect(errors.count > 1)
  }

  @Test func interruptedFirehoseReportsItsCursor() throws {
    let fixture = try ClientFixture()
    _ = try fixture.logIn()
    let listener = try listen(fixture)
    try write("one", fixture)
    _ = try heard(1, fixture)
    try write("two", fixture)
    let printed = try heard(2, fixture).compactMap { $0["seq"]?.integer }
    try #require(printed.count == 2 && printed[0] < printed[1])
    kill(listener.identifier, SIGINT)
    #expect(listener.wait(seconds: 60) == 128 + SIGINT)
    // A cursor is saved after its line is printed: the first one certainly, the second one perhaps.
    let errors = try fixture.folder.text("errors")
    let cursor = try #require(try DataValue(json: errors)["cursor"]?.integer)
    #expect((printed[0]...printed[1]).contains(cursor))
  }

  @Test(arguments: [
    (Duration.milliseconds(774), "0.8 s"), (.milliseconds(20), "0.0 s"), (.seconds(61), "61.0 s"),
  ])
  func delaysAreRoundedToTenthsOfASecond(_ delay: Duration, _ text: String) {
    #expect(FirehoseCommand.text(disconnected: "gone", delay) == "gone; retrying in \(text)")
  }
}
