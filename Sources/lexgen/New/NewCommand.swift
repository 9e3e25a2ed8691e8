import ATProtoSyntax
import ArgumentParser
import LexiconCompiler
import LexiconProject
import LexiconTemplates

struct NewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Create a document skeleton at the path that its NSID spells.",
    discussion: """
      The skeleton is a valid document with a description for everything, ready to edit. Existing \
      files are never overwritten.

        lexgen new record com.example.notes.note
        lexgen new query com.example.notes.listNotes --directory Lexicons
        lexgen new permission-set com.example.notes.authBasic
        lexgen new defs com.example.notes.defs
      """
  )

  @Argument(
    help: ArgumentHelp(
      "Create this kind of document: record, query, procedure, subscription, permission-set, or "
        + "defs (shared definitions).",
      valueName: "kind"
    )
  )
  var kind: Skeleton.Kind

  @Argument(help: ArgumentHelp("Name the document with this NSID.", valueName: "nsid"))
  var nsid: String

  @Option(
    name: [.long, .customLong("folder")],
    help: ArgumentHelp(
      "Create the document below this directory. Default: the first of 'inputs' in lexgen.yaml, "
        + "or Lexicons, or lexicons if only that directory exists.",
      valueName: "directory"
    ),
    completion: .directory
  )
  var directory: String?

  func run() throws {
    let parsed: NSID
    do {
      parsed = try NSID(nsid)
    } catch {
      throw CommandFailure("'\(nsid)' is not a valid NSID: \(error)")
    }
    let name = parsed.segments.last.map { String($0) } ?? ""
    let nsid = "\(LowercaseAuthority.of(String(nsid.dropLast(name.utf8.count + 1)))).\(name)"
    if kind == .definitions, name != "defs" {
      Terminal.progress("shared definitions usually go into a document named 'defs'")
    }
    let directory =
      try self.directory ?? ProjectConfiguration.load(nil).inputs.first
      ?? ["Lexicons", "lexicons"].first { FileSystem.entry(at: $0) != nil } ?? "Lexicons"
    let skeleton = Skeleton(kind, nsid)
    let file = OutputFile(path: skeleton.path, content: skeleton.text)
    try NewFiles.write([file], below: InputReader.withoutTrailingSlash(directory))
  }
}

/// The NSIDs of new documents.
enum LowercaseAuthority {
  /// The domain authority of an NSID in lower case, as the specification requires; says so if that
  /// changes it.
  static func of(_ group: String) -> String {
    let lowercase = group.lowercased()
    if lowercase != group {
      Terminal.progress(
        "using \(lowercase), because the domain authority of an NSID is lowercase"
      )
    }
    return lowercase
  }
}

/// Writes files that the user owns and edits afterward.
enum NewFiles {
  /// Writes all files and prints their paths, or writes none if one of them exists.
  static func write(_ files: [OutputFile], below directory: String) throws {
    let paths = files.map { directory.isEmpty ? $0.path : "\(directory)/\($0.path)" }
    let taken = paths.filter { FileSystem.entryWithoutFollowing($0) != nil }
    for path in taken {
      Terminal.error("\(path): error: cannot create: the file exists")
    }
    guard taken.isEmpty else { throw Status.usage }
    do throws(FileSystem.Failure) {
      for (file, path) in zip(files, paths) {
        if let slash = path.lastIndex(of: "/") {
          try FileSystem.createDirectory(String(path[..<slash]))
        }
        try FileSystem.write(Array(file.content.utf8), to: path)
        print(path)
      }
    } catch {
      throw CommandFailure(error)
    }
  }
}
