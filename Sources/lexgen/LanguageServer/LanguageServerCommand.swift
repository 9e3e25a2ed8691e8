import ArgumentParser
import LexiconLanguageServer
import LexiconProject

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

struct LanguageServerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lsp",
    abstract: "Run a language server for editors over standard input and output.",
    discussion: """
      Editors start the server; docs/editors.md has the settings of several. It checks the documents \
      of a workspace as you type, with the rules and settings of 'lexgen check', and offers \
      completion, hovers, definitions, references, quick fixes, renaming, formatting, and symbols.

        lexgen lsp

      A folder of the workspace is a project: its documents are the 'inputs' of its lexgen.yaml, or \
      else the directory 'lexicons' or 'Lexicons'. The initialization option 'config' names another \
      configuration file.
      """
  )

  /// Accepted because many clients pass it.
  @Flag(name: .customLong("stdio"), help: .hidden)
  var usesStandardStreams = false

  func run() throws {
    // A client that has ended must not end the server by a signal while it still writes.
    signal(SIGPIPE, SIG_IGN)
    var session = LanguageServerSession(LanguageServer(version: Version.text))
    throw ExitCode(session.run())
  }
}

/// The input and output of a language server.
private struct LanguageServerSession {
  /// How often the server looks whether the process of its client still exists.
  private static let processInterval: Int32 = 5_000

  private var server: LanguageServer
  private var reader = FrameReader()
  private var client: pid_t?

  init(_ server: LanguageServer) {
    self.server = server
  }

  /// Handles messages until the client or its input ends, and returns the exit status.
  mutating func run() -> Int32 {
    while true {
      while let frame = reader.next() {
        if let status = perform(server.receive(frame)) { return status }
      }
      // Diagnostics wait until no more changes do.
      if !hasInput(within: 0), let status = perform(server.settle()) { return status }
      guard hasInput(within: Self.processInterval) else {
        if let client, kill(client, 0) != 0, errno == ESRCH { return server.statusAtEnd }
        continue
      }
      guard let bytes = readInput() else { return server.statusAtEnd }
      reader.append(bytes)
    }
  }

  private mutating func perform(_ effects: [LanguageServer.Effect]) -> Int32? {
    for effect in effects {
      switch effect {
      case .send(let content):
        do throws(FileSystem.Failure) {
          try FileSystem.writeOutput(FrameWriter.frame(content))
        } catch {
          return server.statusAtEnd
        }
      case .log(let text): Terminal.progress(text)
      case .watchProcess(let identifier): client = pid_t(exactly: identifier)
      case .exit(let status): return status
      }
    }
    return nil
  }

  private func hasInput(within milliseconds: Int32) -> Bool {
    var descriptor = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    return poll(&descriptor, 1, milliseconds) > 0
  }

  /// Returns nil at the end of the input.
  private func readInput() -> [UInt8]? {
    var count = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, initialized in
      count = systemRead(STDIN_FILENO, buffer.baseAddress, buffer.count)
      initialized = max(0, count)
    }
    if count < 0, errno == EINTR { return [] }
    return count > 0 ? bytes : nil
  }
}

// Inside the command, the name would refer to its own members.
private func systemRead(
  _ descriptor: Int32,
  _ buffer: UnsafeMutableRawPointer?,
  _ count: Int
) -> Int {
  read(descriptor, buffer, count)
}
