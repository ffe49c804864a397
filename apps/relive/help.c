/* Help on the terminal, the man page and the completions of three shells: all made of the two tables, so that none of
 * them can lag behind. */
#include "program.h"
#include "terminal.h"

#include <stdio.h>
#include <string.h>

static const char specs[] = "digits, iris, breast_cancer, dosage     small sets that come with it\n"
                            "moons[:ROWS[:NOISE]]                    made up; so are circles, spirals,\n"
                            "                                        xor, blobs and ring\n"
                            "adding[:ROWS[:STEPS]]                   sequences with two numbers to add\n"
                            "fashion-mnist[:FOLDER]                  Debian's package dataset-fashion-mnist\n"
                            "FILE.csv[:regression]                   the last column is the class, or\n"
                            "                                        with :regression a real number\n"
                            "X.npy,Y.npy                             NumPy arrays\n"
                            "IMAGES.idx[.gz],LABELS.idx[.gz]         MNIST's format\n";

static const struct {
    int code;
    const char *meaning;
} exits[] = {
    { EXIT_DONE, "done" },
    { EXIT_CHECK_FAILED, "a check that was asked for failed (gradcheck, scan --fail-over, bench)" },
    { EXIT_BAD_INPUT, "wrong usage or bad input; one line says what was found and what was expected" },
    { EXIT_MACHINE_LACKS, "the machine lacks something: memory, disk, a program" },
    { EXIT_INTERRUPTED, "interrupted; finished seeds are kept" },
};

/* Calls use(line, length) for every line of text. */
static void for_each_line(const char *text, void (*use)(const char *line, int length))
{
    while (*text) {
        int length = (int)strcspn(text, "\n");
        use(text, length);
        text += length;
        if (*text)
            text++;
    }
}

/* ---- The terminal ------------------------------------------------------------------------------------------------- */

static int help_width(void)
{
    int width = terminal_width(stdout);
    return width > 100 ? 100 : width;
}

static const char *comment_of(const char *line, int length)
{
    const char *hash = memchr(line, '#', (size_t)length);
    return hash ? hash : line + length;
}

/* Commands, and what they do beside them; in one column if all of it fits. */
static void show_examples(const char *lines)
{
    style look = terminal_style(stdout);
    int widest = 0, longest = 0, length;
    for (const char *line = lines; *line; line += length + (line[length] == '\n')) {
        length = (int)strcspn(line, "\n");
        int command = (int)(comment_of(line, length) - line);
        widest = command > widest && command < length ? command : widest;
        longest = length - command > longest ? length - command : longest;
    }
    bool aligned = 2 + widest + longest <= help_width();
    for (const char *line = lines; *line; line += length + (line[length] == '\n')) {
        length = (int)strcspn(line, "\n");
        const char *comment = comment_of(line, length);
        int command = (int)(comment - line), said = length - command;
        if (said > 0)
            printf(
                "  %-*.*s%s%.*s%s\n", aligned ? widest : command, command, line, look.dim, said, comment, look.plain);
        else
            printf("  %.*s\n", command, line);
    }
}

static void show_indented(const char *line, int length)
{
    printf("  %.*s\n", length, line);
}

static void heading(const char *text)
{
    style look = terminal_style(stdout);
    printf("\n%s%s%s\n", look.bold, text, look.plain);
}

void print_help(const char *program)
{
    style look = terminal_style(stdout);
    printf("%s%s%s trains small nets and watches their neurons live and die.\n", look.bold, program, look.plain);
    heading("Verbs");
    for (size_t i = 0; i < verb_count; i++) {
        char name[40];
        snprintf(name, sizeof name, "%s %s", verbs[i].name, verbs[i].operand ? verbs[i].operand : "");
        printf("  %-15s ", name);
        print_wrapped(stdout, verbs[i].summary, 18, help_width());
    }
    heading("Start here");
    show_examples("relive compare  # ReLU against Leaky ReLU on digits\n"
                  "relive explain relu  # the curve itself\n"
                  "relive VERB --help  # a verb's options and examples");
    heading("Exit codes");
    for (size_t i = 0; i < sizeof exits / sizeof *exits; i++) {
        printf("  %3d  ", exits[i].code);
        print_wrapped(stdout, exits[i].meaning, 7, help_width());
    }
}

void print_verb_help(const verb *which)
{
    enum { COLUMN = 29 };
    style look = terminal_style(stdout);
    int width = help_width();
    printf("%srelive %s%s%s%s [options]\n\n", look.bold, which->name, look.plain, which->operand ? " " : "",
        which->operand ? which->operand : "");
    print_wrapped(stdout, which->about, 0, width);
    heading("Examples");
    show_examples(which->examples);
    for (size_t g = 0; g < option_group_count; g++) {
        bool opened = false;
        for (size_t i = 0; i < option_count; i++) {
            const option *o = &options[i];
            if (o->group != (int)g || !(o->verbs & which->bit))
                continue;
            if (!opened)
                heading(option_groups[g]);
            opened = true;
            char name[80];
            snprintf(name, sizeof name, "--%s %s", o->name, o->argument ? o->argument : "");
            printf("  %s", name);
            int at = 2 + text_width(name);
            if (at > COLUMN - 1) {
                putchar('\n');
                at = 0;
            }
            printf("%*s", COLUMN - at, "");
            print_wrapped(stdout, o->help, COLUMN, width);
        }
    }
    if (which->bit & (COMPARE | TRAIN | PREDICT | PRUNE | REVIVE | SCAN)) {
        heading("Data SPEC");
        for_each_line(specs, show_indented);
    }
    if (which->bit & (COMPARE | TRAIN)) {
        heading("Regimes");
        size_t n;
        const rl_regime *all = rl_regimes(&n);
        for (size_t i = 0; i < n; i++) {
            printf("  %-12s ", all[i].name);
            print_wrapped(stdout, all[i].about, 15, width);
        }
    }
}

/* ---- The man page ----------------------------------------------------------------------------------------------------- */

/* roff takes \ and - apart, and a line that begins with . or ' for a command. */
static void roff(const char *text, int length)
{
    if (length > 0 && (*text == '.' || *text == '\''))
        fputs("\\&", stdout);
    for (int i = 0; i < length; i++) {
        if (text[i] == '\\')
            fputs("\\e", stdout);
        else if (text[i] == '-')
            fputs("\\-", stdout);
        else
            putchar(text[i]);
    }
}

static void roff_text(const char *text)
{
    roff(text, (int)strlen(text));
}

static void roff_line(const char *line, int length)
{
    roff(line, length);
    putchar('\n');
}

static void print_man(void)
{
    printf(".\\\" Made by `relive generate man`.\n.TH RELIVE 1 \"\" \"relive %s\" \"User commands\"\n", rl_version());
    printf(".SH NAME\nrelive \\- train small nets and watch their neurons live and die\n.SH SYNOPSIS\n");
    for (size_t i = 0; i < verb_count; i++)
        printf("%s.B relive %s\n%s%s%s[options]\n", i ? ".br\n" : "", verbs[i].name, verbs[i].operand ? ".I " : "",
            verbs[i].operand ? verbs[i].operand : "", verbs[i].operand ? "\n" : "");
    printf(".SH DESCRIPTION\nRelive trains small nets from scratch, many copies at once, and measures which of their "
           "units are dead: "
           "conduct a gradient on no example of the training set.\n.SH VERBS\n");
    for (size_t i = 0; i < verb_count; i++) {
        printf(".SS relive %s%s%s\n", verbs[i].name, verbs[i].operand ? " " : "",
            verbs[i].operand ? verbs[i].operand : "");
        roff_text(verbs[i].about);
        printf("\n.PP\nOptions:");
        const char *between = " ";
        for (size_t o = 0; o < option_count; o++) {
            if (!(options[o].verbs & verbs[i].bit))
                continue;
            printf("%s\\-\\-", between);
            roff_text(options[o].name);
            between = ", ";
        }
        printf(".\n.PP\n.nf\n");
        for_each_line(verbs[i].examples, roff_line);
        printf(".fi\n");
    }
    printf(".SH OPTIONS\n");
    for (size_t g = 0; g < option_group_count; g++) {
        printf(".SS %s\n", option_groups[g]);
        for (size_t i = 0; i < option_count; i++) {
            const option *o = &options[i];
            if (o->group != (int)g)
                continue;
            printf(".TP\n.B \\-\\-");
            roff_text(o->name);
            if (o->argument) {
                printf(" \\fI");
                roff_text(o->argument);
                printf("\\fR");
            }
            putchar('\n');
            roff_text(o->help);
            printf(".\n");
        }
    }
    printf(".SH DATA\n.nf\n");
    for_each_line(specs, roff_line);
    printf(".fi\n.SH REGIMES\n");
    size_t n;
    const rl_regime *all = rl_regimes(&n);
    for (size_t i = 0; i < n; i++) {
        printf(".TP\n.B ");
        roff_text(all[i].name);
        putchar('\n');
        roff_text(all[i].about);
        putchar('\n');
    }
    printf(
        ".SH SETTINGS FILE\nA YAML mapping whose keys are the options' names. The command line wins over it, it wins "
        "over a regime, and a "
        "regime over the defaults.\n.PP\n.nf\nactivations: [relu, gelu]\nhidden: 64,32\nlr: 0.05\njson: true\n.fi\n");
    printf(".SH EXIT STATUS\n");
    for (size_t i = 0; i < sizeof exits / sizeof *exits; i++)
        printf(".TP\n.B %d\n%s\n", exits[i].code, exits[i].meaning);
    printf(".SH ENVIRONMENT\n.TP\n.B NO_COLOR\nIf set and not empty, output is never coloured.\n");
}

/* ---- Completions ------------------------------------------------------------------------------------------------------- */

enum { WORDS, FILES, FOLDERS, ANYTHING };

static int completes(const option *o)
{
    if (o->word)
        return WORDS;
    if (o->argument && !strcmp(o->argument, "FILE"))
        return FILES;
    return o->argument && !strcmp(o->argument, "DIR") ? FOLDERS : ANYTHING;
}

static void print_words(const char *(*word)(size_t index))
{
    for (size_t i = 0; word(i); i++)
        printf("%s%s", i ? " " : "", word(i));
}

static void print_verbs(void)
{
    for (size_t i = 0; i < verb_count; i++)
        printf("%s%s", i ? " " : "", verbs[i].name);
}

static void print_bash(void)
{
    printf("# bash completion for relive; made by `relive generate bash`\n_relive()\n{\n"
           "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} verb=${COMP_WORDS[1]}\n"
           "    local comma=\n    COMPREPLY=()\n    if ((COMP_CWORD == 1)); then\n        COMPREPLY=($(compgen -W '");
    print_verbs();
    printf(" help --help --version' -- \"$word\"))\n        return\n    fi\n    case $before in\n");
    for (size_t i = 0; i < option_count; i++) {
        const option *o = &options[i];
        if (!o->argument)
            continue;
        printf("    --%s)\n", o->name);
        if (o->list && o->word)
            printf("        if [[ $word == *,* ]]; then\n            comma=${word%%,*},\n        fi\n");
        if (completes(o) == WORDS) {
            printf("        COMPREPLY=($(compgen -P \"$comma\" -W '");
            print_words(o->word);
            printf("' -- \"${word##*,}\")%s)\n", !strcmp(o->name, "data") ? " $(compgen -f -- \"$word\")" : "");
        } else if (completes(o) == FILES) {
            printf("        COMPREPLY=($(compgen -f -- \"$word\"))\n");
        } else if (completes(o) == FOLDERS) {
            printf("        COMPREPLY=($(compgen -d -- \"$word\"))\n");
        }
        printf("        return\n        ;;\n");
    }
    printf("    esac\n    case $verb in\n    help)\n        COMPREPLY=($(compgen -W '");
    print_verbs();
    printf("' -- \"$word\"))\n        ;;\n");
    for (size_t v = 0; v < verb_count; v++) {
        printf("    %s)\n", verbs[v].name);
        if (verbs[v].operand) {
            printf("        if [[ $word != -* ]]; then\n            COMPREPLY=($(compgen ");
            if (verbs[v].word) {
                printf("-W '");
                print_words(verbs[v].word);
                printf("'");
            } else {
                printf("-f");
            }
            printf(" -- \"$word\"))\n            return\n        fi\n");
        }
        printf("        COMPREPLY=($(compgen -W '--help");
        for (size_t i = 0; i < option_count; i++)
            if (options[i].verbs & verbs[v].bit)
                printf(" --%s", options[i].name);
        printf("' -- \"$word\"))\n        ;;\n");
    }
    printf("    esac\n}\ncomplete -o filenames -F _relive relive\n");
}

/* zsh ends a description at ], a message at :, and takes ' as the end of a quoted word. */
static void zsh(const char *text)
{
    for (; *text; text++) {
        if (*text == '\'')
            fputs("'\\''", stdout);
        else if (strchr("[]:\\", *text))
            printf("\\%c", *text);
        else
            putchar(*text);
    }
}

static void print_zsh(void)
{
    printf("#compdef relive\n# zsh completion for relive; made by `relive generate zsh`\n_relive()\n{\n    local -a "
           "verbs\n    verbs=(\n");
    for (size_t v = 0; v < verb_count; v++) {
        printf("        '%s:", verbs[v].name);
        zsh(verbs[v].summary);
        printf("'\n");
    }
    printf("    )\n    if ((CURRENT == 2)); then\n        _describe verb verbs\n        return\n    fi\n"
           "    local verb=$words[2]\n    shift words\n    ((CURRENT--))\n    case $verb in\n");
    for (size_t v = 0; v < verb_count; v++) {
        printf("    %s)\n        _arguments \\\n", verbs[v].name);
        for (size_t i = 0; i < option_count; i++) {
            const option *o = &options[i];
            if (!(o->verbs & verbs[v].bit))
                continue;
            printf("            '--%s[", o->name);
            zsh(o->help);
            putchar(']');
            if (o->argument) {
                putchar(':');
                zsh(o->argument);
                putchar(':');
                if (completes(o) == WORDS) {
                    putchar('(');
                    print_words(o->word);
                    putchar(')');
                } else if (completes(o) == FILES) {
                    fputs("_files", stdout);
                } else if (completes(o) == FOLDERS) {
                    fputs("_files -/", stdout);
                }
            }
            printf("' \\\n");
        }
        if (verbs[v].operand) {
            printf("            '1:%s:", verbs[v].operand);
            if (verbs[v].word) {
                putchar('(');
                print_words(verbs[v].word);
                putchar(')');
            } else {
                fputs("_files", stdout);
            }
            printf("' \\\n");
        }
        printf("            '--help[what the verb does and takes]'\n        ;;\n");
    }
    printf("    esac\n}\n_relive \"$@\"\n");
}

static void fish(const char *text)
{
    for (; *text; text++) {
        if (*text == '\'' || *text == '\\')
            putchar('\\');
        putchar(*text);
    }
}

static void print_fish(void)
{
    printf("# fish completion for relive; made by `relive generate fish`\ncomplete -c relive -f\n");
    for (size_t v = 0; v < verb_count; v++) {
        printf("complete -c relive -n __fish_use_subcommand -a %s -d '", verbs[v].name);
        fish(verbs[v].summary);
        printf("'\n");
        if (verbs[v].operand && verbs[v].word) {
            printf("complete -c relive -n '__fish_seen_subcommand_from %s' -a '", verbs[v].name);
            print_words(verbs[v].word);
            printf("'\n");
        } else if (verbs[v].operand) {
            printf("complete -c relive -n '__fish_seen_subcommand_from %s' -F\n", verbs[v].name);
        }
    }
    for (size_t i = 0; i < option_count; i++) {
        const option *o = &options[i];
        printf("complete -c relive -n '__fish_seen_subcommand_from");
        for (size_t v = 0; v < verb_count; v++)
            if (o->verbs & verbs[v].bit)
                printf(" %s", verbs[v].name);
        printf("' -l %s", o->name);
        if (o->argument)
            printf(" -r");
        if (completes(o) == WORDS) {
            printf(" -a '");
            print_words(o->word);
            putchar('\'');
        } else if (completes(o) == FILES) {
            printf(" -F");
        } else if (completes(o) == FOLDERS) {
            printf(" -a '(__fish_complete_directories)'");
        }
        printf(" -d '");
        fish(o->help);
        printf("'\n");
    }
}

bool print_generated(const char *what, rl_error *err)
{
    static const struct {
        const char *name;
        void (*print)(void);
    } all[] = { { "man", print_man }, { "bash", print_bash }, { "zsh", print_zsh }, { "fish", print_fish } };
    const char *names[4];
    for (int i = 0; i < 4; i++) {
        names[i] = all[i].name;
        if (!strcmp(all[i].name, what)) {
            all[i].print();
            return true;
        }
    }
    return rl_fail_unknown(err, "text to generate", what, names, 4);
}
