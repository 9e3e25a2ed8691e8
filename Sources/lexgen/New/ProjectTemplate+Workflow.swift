extension ProjectTemplate {
  /// For a repository of lexicons; a pull request is compared with its target branch. With a
  /// manifest, the installed documents are verified by both programs.
  var workflow: String {
    Self.head + build + (hasManifest ? Self.verification : "") + checks
  }

  private static let head = """
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

    """

  private var build: String {
    // Those of .ci/setup; lexgen itself requires only the first one.
    let libraries =
      hasManifest
      ? "libyaml-dev libssl-dev libsecp256k1-dev libsqlite3-dev libzstd-dev" : "libyaml-dev"
    let products = hasManifest ? ["lexgen", "atproto"] : ["lexgen"]
    let commands = products.map { product in
      "          "
        + "swift build --package-path \"$RUNNER_TEMP/lexgen\" -c release --product \(product)\n"
    }
    return """
            - name: Build \(products.joined(separator: " and "))
              env:
                LEXGEN_REPOSITORY: ${{ vars.LEXGEN_REPOSITORY }}
              run: |
                apt-get update -qq
                apt-get install -y -qq --no-install-recommends git \(libraries) pkg-config
                git clone --depth 1 "$LEXGEN_REPOSITORY" "$RUNNER_TEMP/lexgen"

      """
        + commands.joined()
          + """
                    echo "$RUNNER_TEMP/lexgen/.build/release" >> "$GITHUB_PATH"
                    git config --global --add safe.directory "$GITHUB_WORKSPACE"

          """
  }

  private static let verification = """
          - name: Verify installed lexicons
            run: atproto lexicon verify

    """

  private var checks: String {
    """
          - name: Check
            run: lexgen check\(hasManifest ? " --locked" : "") --format github
          - name: Format
            run: lexgen format --check
          - name: Compare with the target branch
            if: github.event_name == 'pull_request'
            env:
              BASE: ${{ github.base_ref }}
            # The first documents have no old version.
            run: lexgen diff "git:origin/$BASE:\(lexicons)" \(lexicons) --allow missing --format github

    """
  }
}
