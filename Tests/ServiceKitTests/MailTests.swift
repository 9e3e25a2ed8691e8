import ATProtoSyntax
import Foundation
import ServiceKit
import Testing

@Suite struct MailTests {
  private static func message(
    subject: String = "Hello",
    body: String = "text"
  ) throws -> MailMessage {
    try MailMessage(
      from: MailAddress("noreply@pds.test"),
      to: MailAddress("alice@mail.test"),
      subject: subject,
      body: body,
      at: Datetime("2026-11-03T04:05:06Z").instant
    )
  }

  /// The text between the headers and the end.
  private static func body(_ message: MailMessage) -> String {
    message.text.components(separatedBy: "\n\n").dropFirst().joined(separator: "\n\n")
  }

  @Test func messageHasItsHeadersAndNormalizedLineEnds() throws {
    let message = try Self.message(body: "one\r\ntwo\n\n.\n")
    let headers = message.text.prefix(while: { _ in true }).components(separatedBy: "\n\n")[0]
      .split(separator: "\n").map(String.init)
    #expect(
      headers.prefix(4) == [
        "From: <noreply@pds.test>", "To: <alice@mail.test>", "Subject: Hello",
        "Date: Tue, 03 Nov 2026 04:05:06 +0000",
      ]
    )
    #expect(headers.contains("Content-Transfer-Encoding: 7bit"))
    #expect(Self.body(message) == "one\ntwo\n\n.\n\n")
  }

  @Test(arguments: [
    "alice@mail.test\nBcc: eve@mail.test", "alice@mail.test\r", "a,eve@mail.test",
    "<alice@mail.test>",
    "alice@@mail.test", "@mail.test", "alice@", "alice", "a b@mail.test", "\"a\"@mail.test",
    "a..b@mail.test", ".a@mail.test", "a@mail..test", "a@-oX", "é@mail.test", "a@[127.0.0.1]",
    "a@mail.test\0", String(repeating: "a", count: 65) + "@mail.test",
    "a@" + String(repeating: "a.", count: 130) + "test",
  ])
  func malformedEmailIsRefused(text: String) {
    #expect(throws: MailError(.invalidAddress, "")) { try MailAddress(text) }
  }

  @Test(arguments: ["alice@mail.test", "-oQ/tmp@mail.test", "a.b+c@x-y.example", "o'neill@a"])
  func validEmailIsAccepted(text: String) throws {
    #expect(try MailAddress(text).text == text)
  }

  @Test(arguments: [
    "a\nBcc: eve@mail.test", "a\r\n\r\nbody", "a\u{2028}b", "a\u{85}b", "a\0",
    String(repeating: "x", count: 501),
  ])
  func subjectOfMoreThanOneLineIsRefused(subject: String) {
    #expect(throws: MailError(.invalidSubject, "")) { try Self.message(subject: subject) }
  }

  @Test func subjectBeyondASCIIIsWrittenAsEncodedWords() throws {
    let subject = String(repeating: "größer 🙂 ", count: 12)
    let text = try Self.message(subject: subject).text
    let start = try #require(text.range(of: "Subject: ")).upperBound
    let end = try #require(text.range(of: "\nDate: ")).lowerBound
    let words = text[start..<end].components(separatedBy: "\n ")
    #expect(words.count > 1 && words.allSatisfy { $0.utf8.count <= 75 })
    let decoded = try words.map { word in
      let content = word.dropFirst("=?utf-8?B?".count).dropLast(2)
      let data = try #require(Data(base64Encoded: String(content)))
      return try #require(String(validating: data, as: UTF8.self))
    }
    #expect(decoded.joined() == subject)
  }

  @Test(arguments: [
    "größer", "a=b ü", "tab\tend ü ", "\u{1}", String(repeating: "long ", count: 300),
    String(repeating: "ü", count: 500),
  ])
  func bodySurvivesQuotedPrintable(body: String) throws {
    let message = try Self.message(body: body + "\nsecond line")
    #expect(message.text.contains("Content-Transfer-Encoding: quoted-printable"))
    let encoded = Self.body(message)
    #expect(encoded.split(separator: "\n").allSatisfy { $0.utf8.count <= 76 })
    #expect(encoded.utf8.allSatisfy { (0x20...0x7e).contains($0) || $0 == 0x0a || $0 == 0x09 })
    #expect(Self.decoded(encoded) == body + "\nsecond line\n")
  }

  private static func decoded(_ text: String) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.replacing("=\n", with: "").utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "="), rest.count >= 2 {
        bytes.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func withFolder(_ body: (URL) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "folder-of-mail-\(UUID().uuidString)"
    )
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await body(folder)
  }

  @Test func concurrentSendersDoNotMixTheirMailInAFile() async throws {
    try await withFolder { folder in
      let path = folder.appending(path: "mbox").path
      try await withThrowingTaskGroup(of: Void.self) { group in
        for index in 0..<20 {
          group.addTask {
            // Each has its own sender, like two processes.
            let text = String(repeating: "From \(index)\n", count: 500)
            try await FileMailSender(path: path).send(Self.message(body: text))
          }
        }
        try await group.waitForAll()
      }
      let text = try String(contentsOfFile: path, encoding: .utf8)
      let mails = ("\n" + text).components(separatedBy: "\nFrom ").dropFirst()
      #expect(mails.count == 20)
      for mail in mails {
        let lines = mail.split(separator: "\n").filter { $0.hasPrefix(">From ") }
        #expect(lines.count == 500 && Set(lines).count == 1)
      }
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      #expect(attributes[.posixPermissions] as? Int == 0o600)
    }
  }

  @Test func fileThatCannotBeWrittenIsAnError() async throws {
    let message = try Self.message()
    await #expect(throws: MailError(.notDelivered, "")) {
      try await FileMailSender(path: "/nowhere/at/all").send(message)
    }
  }

  /// A command that runs `text`. A shell reads the file: if it were executed directly, it could be
  /// "busy" while a process started by another test holds it open.
  private func script(_ text: String, in folder: URL) throws -> String {
    let file = folder.appending(path: "sendmail")
    try Data("\(text)\n".utf8).write(to: file)
    return "/bin/sh \(file.path)"
  }

  @Test func commandGetsTheMessageAndNoSecrets() async throws {
    try await withFolder { folder in
      setenv("PDS_TEST_SECRET", "secret", 1)
      let program = try script(
        """
        cd '\(folder.path)'
        for word in "$@"; do printf '%s\\n' "$word"; done > arguments
        cat > input
        env > environment
        """,
        in: folder
      )
      let sender = try #require(CommandMailSender("\(program) --option  $(touch${IFS}x)"))
      let message = try Self.message(body: "a `touch y` line\n.\nlast")
      try await sender.send(message)
      func content(_ name: String) throws -> String {
        try String(contentsOf: folder.appending(path: name), encoding: .utf8)
      }
      #expect(
        try content("arguments").split(separator: "\n") == [
          "--option", "$(touch${IFS}x)", "-i", "-f", "noreply@pds.test", "--", "alice@mail.test",
        ]
      )
      #expect(try content("input") == message.text)
      #expect(!(try content("environment").contains("PDS_")))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 4)
    }
  }

  @Test(arguments: [
    ("exit 75", "it exited with status 75"), ("kill -TERM $$", "it was killed by signal 15"),
    ("sleep 600", "it did not finish within 0.05 seconds"),
  ])
  func commandThatFailsIsAnErrorWithTheReason(text: String, reason: String) async throws {
    try await withFolder { folder in
      let program = try script(text.replacing("sleep", with: "exec sleep"), in: folder)
      let sender = try #require(
        CommandMailSender(
          program,
          timeLimit: text.contains("sleep") ? .milliseconds(50) : .seconds(60)
        )
      )
      let message = try Self.message()
      let error = await #expect(throws: MailError.self) {
        try await sender.send(message)
      }
      #expect(error?.code == .notDelivered && error?.reason.hasSuffix(reason) == true)
    }
  }

  @Test func missingCommandIsAnError() async throws {
    #expect(CommandMailSender("  ") == nil)
    let sender = try #require(CommandMailSender("/nowhere/sendmail"))
    let message = try Self.message()
    await #expect(throws: MailError(.notDelivered, "")) { try await sender.send(message) }
  }

  /// A command may ignore its input, and write more output than a pipe holds.
  @Test func commandMayIgnoreItsInputAndWriteAnyAmount() async throws {
    try await withFolder { folder in
      let program = try script("head -c 300000 /dev/zero; head -c 300000 /dev/zero >&2", in: folder)
      let sender = try #require(CommandMailSender(program))
      try await sender.send(Self.message(body: String(repeating: "x\n", count: 200_000)))
    }
  }

  @Test func commandGetsNoDescriptorsOfTheServer() async throws {
    try await withFolder { folder in
      let held = open("/dev/null", O_RDONLY)
      defer { close(held) }
      let program = try script("ls /proc/$$/fd > '\(folder.path)/descriptors'", in: folder)
      let sender = try #require(CommandMailSender(program))
      try await sender.send(Self.message())
      let text = try String(contentsOf: folder.appending(path: "descriptors"), encoding: .utf8)
      // The shell keeps its script open at 10 or above.
      let descriptors = text.split(separator: "\n").compactMap { Int($0) }.filter { $0 < 10 }
      #expect(descriptors == [0, 1, 2])
    }
  }

  @Test func messageLeavesNothingInTheTemporaryDirectory() async throws {
    let directory = FileManager.default.temporaryDirectory.path
    let sender = try #require(CommandMailSender("/bin/true"))
    let before = try FileManager.default.contentsOfDirectory(atPath: directory)
      .filter { $0.hasPrefix("mail-") }
    try await sender.send(Self.message())
    let after = try FileManager.default.contentsOfDirectory(atPath: directory)
      .filter { $0.hasPrefix("mail-") }
    #expect(Set(after).subtracting(before).isEmpty)
  }
}
