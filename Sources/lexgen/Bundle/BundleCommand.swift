import ATProtoSyntax
import ArgumentParser
import Lexicon
import LexiconProject

struct BundleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bundle",
    abstract: "Write many Lexicon documents to one file, or extract them from it.",
    discussion: """
      A bundle is an object with an array 'lexicons', sorted by NSID, in which every JSON document has \
      the bytes of its own file. JSON Lines have one document per line instead. Extracting writes one \
      file per document, at the path that its NSID spells.

        lexgen bundle Lexicons --output lexicons.bundle.json
        lexgen bundle Lexicons --include com.example.notes.* --format jsonl
        lexgen bundle --extract lexicons.bundle.json --output Lexicons
      """
  )

  @OptionGroup var input: InputOptions

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Write to this file; with --extract, to this directory. Default: standard output.",
      valueName: "path"
    )
  )
  var output: String?

  @Option(
    help: "Write or read this format: json, jsonl, or yaml. Default: by the name of the file."
  )
  var format: LexiconBundle.Format?

  @Option(
    help: ArgumentHelp("Extract the documents of this bundle.", valueName: "file"),
    completion: .file(extensions: ["json", "jsonl", "yaml"])
  )
  var extract: String?

  @Flag(help: "With --extract, overwrite files that differ.")
  var force = false

  func validate() throws {
    if extract != nil, output == nil {
      throw ValidationError("--extract requires --output, the directory of the documents.")
    }
    if extract != nil, !input.selection.selectsNothing {
      throw ValidationError("--extract takes all documents of the bundle and no other input.")
    }
    if extract == nil, force { throw ValidationError("--force requires --extract.") }
  }

  func run() throws {
    if let extract, let output { try self.extract(extract, to: output) } else { try bundle() }
  }

  private func bundle() throws {
    let sources = try ProjectSources(input.selection)
    let files = sources.files.map(\.file)
    if let file = files.first(where: { LexiconBundle.isBundle($0) }) {
      throw CommandFailure(
        "'\(file.path)' is a bundle; extract it with 'lexgen bundle --extract'"
      )
    }
    let check = try ProjectCheck(sources)
    check.report()
    let paths = Dictionary(files.map { ($0.path, $0) }) { first, _ in first }
    let bundle = try LexiconBundle(check.documents) { paths[$0] }
    guard !bundle.entries.isEmpty || check.hasErrors else {
      throw CommandFailure("the input contains no Lexicon document")
    }
    let bytes = bundle.bytes(as: format ?? output.map { .init(path: $0) } ?? .json)
    do throws(FileSystem.Failure) {
      if let output {
        try FileSystem.write(bytes, to: output)
        Terminal.progress("\(output): \(Terminal.count(bundle.entries.count, "document"))")
      } else {
        try FileSystem.writeOutput(bytes)
      }
    } catch {
      throw CommandFailure(error)
    }
    if check.hasErrors { throw Status.findings }
  }

  private func extract(_ path: String, to directory: String) throws {
    let directory = InputReader.withoutTrailingSlash(directory)
    let bytes: [UInt8]
    do throws(FileSystem.Failure) {
      bytes = try FileSystem.read(path, limit: InputReader.totalSizeLimit)
    } catch {
      throw CommandFailure(error)
    }
    let bundle = try LexiconBundle(
      SourceFile(path: path, bytes: bytes),
      format: format ?? .init(path: path)
    )
    let files = bundle.entries.map { entry in
      (path: "\(directory)/\(LexiconFile.path(of: entry.nsid))", bytes: entry.json + [0x0A])
    }
    let changed = files.filter { file in
      (try? FileSystem.read(file.path, limit: InputReader.fileSizeLimit)) != file.bytes
    }
    // All or nothing: a half-extracted bundle would mix two versions.
    let taken = changed.first { FileSystem.entryWithoutFollowing($0.path) != nil }
    if let taken, !force {
      throw CommandFailure(
        path: taken.path,
        "cannot extract: the file differs; overwrite it with --force"
      )
    }
    do throws(FileSystem.Failure) {
      for file in changed {
        if let slash = file.path.lastIndex(of: "/") {
          try FileSystem.createDirectory(String(file.path[..<slash]))
        }
        try FileSystem.write(file.bytes, to: file.path)
      }
    } catch {
      throw CommandFailure(error)
    }
    Terminal.progress(
      "\(directory): \(Terminal.count(files.count, "document")), \(changed.count) changed"
    )
  }
}

extension LexiconBundle.Format: ExpressibleByArgument {}
