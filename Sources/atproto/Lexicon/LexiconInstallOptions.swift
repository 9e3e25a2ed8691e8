import ArgumentParser
import LexiconResolution

/// What `install` and `update` have in common.
struct LexiconInstallOptions: ParsableArguments {
  @Flag(help: "Overwrite files with local changes.")
  var force = false

  @Flag(help: "Install schemas with errors, such as those of a later version of the language.")
  var allowInvalid = false

  @Option(help: ArgumentHelp("Stop if more schemas than this are needed.", valueName: "count"))
  var maxDocuments = InstallationOptions().maximumDocuments

  @OptionGroup var folder: LexiconFolderOptions
  @OptionGroup var lookup: LexiconLookupOptions

  var output: OutputOptions { lookup.output }

  var installation: InstallationOptions {
    var options = InstallationOptions()
    options.overwritesChanges = force
    options.allowsInvalid = allowInvalid
    options.maximumDocuments = maxDocuments
    return options
  }

  func validate() throws {
    guard maxDocuments >= 1 else { throw ValidationError("--max-documents must be at least 1") }
  }
}
