import LexiconCompiler
import LexiconTemplates

/// The files of a new project.
struct ProjectTemplate {
  /// All segments of the examples' NSIDs except the last.
  var group: String

  var files: [OutputFile] {
    [
      OutputFile(path: "lexgen.yaml", content: Self.configuration),
      OutputFile(path: ".github/workflows/lexicons.yml", content: Self.workflow),
    ]
      + skeletons.map { OutputFile(path: "Lexicons/\($0.path)", content: $0.text) }
  }

  private var skeletons: [Skeleton] {
    [
      Skeleton(.record, "\(group).note"),
      Skeleton(.query, "\(group).listNotes"),
      Skeleton(.procedure, "\(group).publishNote"),
      Skeleton(.subscription, "\(group).subscribeNotes"),
      Skeleton(.permissionSet, "\(group).authBasic", collection: "note", method: "listNotes"),
    ]
  }

  private static let configuration = """
    # The documents that lexgen reads, and the directory that `lexgen generate` writes to.
    inputs: Lexicons
    output: Sources/Lexicons

    """

  /// For a repository of lexicons; a pull request is compared with its target branch.
  private static let workflow = """
    # Checks the lexicons and rejects breaking changes.
    #
    # Set the repository variable LEXGEN_REPOSITORY to the URL to clone lexgen from.
    name: Lexicons
    on:
      push:
      pull_request:

    permissions:
      contents: read

    jobs:
      lexicons:
        runs-on: ubuntu-latest
        container: swift:6.3
        steps:
          - uses: actions/checkout@v4
            with:
              fetch-depth: 0
          - name: Build lexgen
            env:
              LEXGEN_REPOSITORY: ${{ vars.LEXGEN_REPOSITORY }}
            run: |
              apt-get update -qq
              apt-get install -y -qq --no-install-recommends git libyaml-dev pkg-config
              git clone --depth 1 "$LEXGEN_REPOSITORY" "$RUNNER_TEMP/lexgen"
              swift build --package-path "$RUNNER_TEMP/lexgen" -c release --product lexgen
              echo "$RUNNER_TEMP/lexgen/.build/release" >> "$GITHUB_PATH"
              git config --global --add safe.directory "$GITHUB_WORKSPACE"
          - name: Check
            run: lexgen check --format github
          - name: Format
            run: lexgen format --check
          - name: Compare with the target branch
            if: github.event_name == 'pull_request'
            env:
              BASE: ${{ github.base_ref }}
            run: lexgen diff "git:origin/$BASE:Lexicons" Lexicons --format github

    """
}
