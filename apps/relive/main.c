/* relive: the program. Finds the verb, reads what is asked for, runs it, and turns errors into one line and an exit
 * code. All that can be known of a verb stands in the table below and in the table of options. */
#include "program.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const verb verbs[] = {
    { "compare", COMPARE, NULL, "the same nets with different activations, paired by seed",
        "Trains a net for every activation, regime and seed, counts dead and silent units before, during and after, "
        "and writes a report with plots, tables and a written comparison. Nets of one seed share their first weights, "
        "the order of their data and everything else, so what differs is the activation's doing.",
        "relive compare  # digits, five regimes, 64 seeds: seconds\n"
        "relive compare --data moons --out moons  # with decision boundaries\n"
        "relive compare --activations relu,gelu,elu:0.5 --regime high-rate\n"
        "relive compare --model cnn --out pictures  # channels that die\n"
        "relive compare --layers \"rnn 16 curve; last; outputs\" --activations relu,lstm\n"
        "relive compare --data my.csv --lr 0.5 --seeds 16 --json",
        NULL, run_compare },
    { "train", TRAIN, NULL, "one net, or one for each of several seeds; saves a model",
        "Trains from scratch and says what died. --save keeps the model (safetensors, which PyTorch loads too) and, "
        "for "
        "a single seed, beside it FILE.state, from which --resume FILE goes on to the same bits.",
        "relive train --save digits.safetensors  # 32 ReLU units learn digits\n"
        "relive train --hidden 64,32 --activation leaky_relu:0.1 --log run.csv\n"
        "relive train --epochs 40 --save more.safetensors --resume digits.safetensors\n"
        "relive train --seeds 100 --regime low-bias --json",
        NULL, run_train },
    { "predict", PREDICT, "MODEL", "what a saved model says about a data set",
        "Reads a model that train saved and gives its outputs for every row; where the data set has labels, accuracy, "
        "confusion matrix and figures for each class. Data are raw: the model carries its own standardisation.",
        "relive predict digits.safetensors --data digits\n"
        "relive predict iris.safetensors --data new_flowers.csv --json",
        NULL, run_predict },
    { "revive", REVIVE, "MODEL", "dead units drawn anew, without a change of what the model says",
        "Finds the units of a model that are dead (or dormant) on a data set and gives them new incoming weights with "
        "which they fire, and outgoing weights of 0: outputs stay as they are until training goes on (train "
        "--init-from). Other treatments change the outputs, and it is said by how much. Outputs before and after are "
        "compared before anything is written.",
        "relive revive net.safetensors --data digits --save new.safetensors\n"
        "relive revive net.safetensors --units dormant:0.1 --save new.safetensors\n"
        "relive revive net.safetensors --how leaky:0.1 --save new.safetensors\n"
        "relive revive net.safetensors --how lift:0.05 --save new.safetensors",
        NULL, run_revive },
    { "birth", BIRTH, NULL, "how often nets of a shape are born dead, before any training",
        "Draws many nets and asks of each whether its function is constant on the chosen inputs because at every one "
        "of "
        "them some hidden layer conducts nowhere; and how many units of the first layer conduct on none. The known "
        "formula stands beside a figure where there is one.",
        "relive birth --width 3 --depth 10  # one input: the point 1\n"
        "relive birth --width 3 --depth 10 --inputs line\n"
        "relive birth --width 3 --depth 10 --inputs line --init asymmetric\n"
        "relive birth --width 8 --depth 2 --fan-in 2 --inputs ball:1 --bias-sd 1",
        NULL, run_birth },
    { "signal", SIGNAL, NULL, "what becomes of signal and gradient through many layers, before any training",
        "Draws nets of many layers with each activation, initialiser and depth, sends one input through each, and says "
        "how "
        "the variance of the pre-activations changes from layer to layer, and the gradient on the way back. For "
        "rectifiers the known mean stands beside it.",
        "relive signal  # ReLU, sigmoid and tanh, five initialisers, 2 to 50 layers\n"
        "relive signal --out plots  # and plots/signal.svg\n"
        "relive signal --activations relu --inits he,lecun --depths 30 --width 96\n"
        "relive signal --activations sigmoid,tanh --inits xavier --depths 20 --json",
        NULL, run_signal },
    { "prune", PRUNE, "MODEL", "a smaller model that says the same: constant units go",
        "Removes hidden units that always give the same value and folds it into the next layer's biases. On data (the "
        "default) that is the same function on these rows; with --box it rests on a proof, and is the same for every "
        "input in the box. The outputs of both models are compared before anything is written.",
        "relive prune digits.safetensors --data digits --save small.safetensors\n"
        "relive prune digits.safetensors --box 0,16 --save small.safetensors  # pixels\n"
        "relive prune iris.safetensors --data iris --box data --save small.safetensors",
        NULL, run_prune },
    { "scan", SCAN, "[MODEL]", "vital signs of a model on a data set, or of dumped activations",
        "Examines every hidden unit on all rows of the data set and says which are dead, starved, saturated, silent, "
        "nearly dead, dormant, always on, constant, severed or broken. Data are raw: the model carries its own "
        "standardisation; CSV, npy and IDX files may be larger than memory, and labels are not needed. With --box, it "
        "also says which units are proved dead for every input in a box, seen or not. With --dump, arrays of rows by "
        "units that any program wrote take the model's place; what they cannot tell is unknown.",
        "relive scan digits.safetensors --data digits\n"
        "relive scan digits.safetensors --data digits --fail-over 5%  # or exit code 1\n"
        "relive scan digits.safetensors --data digits --box 0,16  # pixels\n"
        "relive scan digits.safetensors --data new.csv --report vital\n"
        "relive scan --dump hidden.npy --pre --activation relu --json",
        NULL, run_scan },
    { "explain", EXPLAIN, "WHAT", "an activation, or the worked lesson \"dosage\"",
        "For an activation: formula, slope, what happens at a kink, a table and a plot. \"dosage\" is a net small "
        "enough "
        "to follow by hand: one input, two hidden units, one output, with ReLU and with SoftPlus.",
        "relive explain relu\n"
        "relive explain leaky_relu:0.2\n"
        "relive explain dosage\n"
        "relive explain gelu --json",
        explainable, run_explain },
    { "gradcheck", GRADCHECK, NULL, "finite differences against backward, for every layer, curve and loss",
        "Compares each derivative that backward gives with a central difference in double precision. Exit code 1 if "
        "any "
        "differs by more than 1e-6.",
        "relive gradcheck\n"
        "relive gradcheck --seed 7 --json",
        NULL, run_gradcheck },
    { "bench", BENCH, NULL, "how fast, against PyTorch, NumPy and what the machine can do at all",
        "Measures training, vital signs and curves side by side with their rivals, in the same run on this machine, in "
        "turn, and shows medians. Before anything is timed both sides must compute the same; exit code 1 if they do "
        "not. Takes about three minutes, and wants the machine for itself meanwhile. Rivals are run by Debian's Python "
        "at their best setting; what is missing is named.",
        "relive bench\n"
        "relive bench --only moons,digits\n"
        "relive bench --out results --json  # also results/bench.json\n"
        "relive bench --quick  # does it run? The figures mean nothing",
        NULL, run_bench },
    { "play", PLAY, NULL, "the playground: watch neurons die in a browser, offline",
        "Writes playground.html, one file that needs no server and no network, and opens it in the browser where there "
        "is a desktop.",
        "relive play\n"
        "relive play --out . --no-open",
        NULL, run_play },
};
const size_t verb_count = sizeof verbs / sizeof *verbs;

/* ---- Ctrl-C ---------------------------------------------------------------------------------------------------------- */

static volatile sig_atomic_t stop_asked;

static void on_interrupt(int number)
{
    (void)number;
    stop_asked = 1;
}

void interrupt_catch(void)
{
    struct sigaction action = { .sa_handler = on_interrupt, .sa_flags = (int)SA_RESETHAND };
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

bool interrupted(void)
{
    return stop_asked != 0;
}

/* ---- Errors ---------------------------------------------------------------------------------------------------------- */

static int exit_code(rl_code code)
{
    switch (code) {
    case RL_OK:
        return EXIT_DONE;
    case RL_NO_MEMORY:
    case RL_MISSING:
        return EXIT_MACHINE_LACKS;
    case RL_INTERRUPTED:
        return EXIT_INTERRUPTED;
    default:
        return EXIT_BAD_INPUT;
    }
}

static int complain(const rl_error *err)
{
    fprintf(stderr, "relive: %s\n", err->text);
    return exit_code(err->code);
}

/* What was printed may still be in the buffer, and the disk may be full. */
static int finish(int code)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    fprintf(stderr, "relive: cannot write to standard output: %s\n", strerror(errno));
    return EXIT_MACHINE_LACKS;
}

/* ---- The verb ---------------------------------------------------------------------------------------------------------- */

static const verb *find_verb(const char *name, rl_error *err)
{
    const char *names[sizeof verbs / sizeof *verbs] = { 0 };
    for (size_t i = 0; i < verb_count; i++) {
        if (!strcmp(verbs[i].name, name))
            return &verbs[i];
        names[i] = verbs[i].name;
    }
    rl_fail_unknown(err, "verb", name, names, verb_count);
    return NULL;
}

static int run_verb(const char *name, int count, char **arguments, rl_error *err)
{
    const verb *which = find_verb(name, err);
    if (!which)
        return EXIT_BAD_INPUT;
    request asked;
    int code = EXIT_BAD_INPUT;
    if (request_read(&asked, which, count, arguments, err)) {
        if (asked.help) {
            print_verb_help(which);
            code = EXIT_DONE;
        } else {
            code = which->run(&asked, err);
        }
    }
    request_free(&asked);
    return code;
}

static bool is(const char *text, const char *one, const char *other)
{
    return !strcmp(text, one) || !strcmp(text, other);
}

int main(int count, char **arguments)
{
    signal(SIGPIPE, SIG_IGN); /* a closed pipe is a write error like any other, and is said */
    rl_error err = { 0 };
    int code = EXIT_DONE;
    const char *first = count > 1 ? arguments[1] : NULL;
    if (!first) {
        rl_fail(&err, RL_BAD_CONFIG, "no verb; try relive compare, or relive --help");
    } else if (is(first, "--help", "-h") || (is(first, "help", "help") && count == 2)) {
        print_help("relive");
    } else if (is(first, "--version", "-V")) {
        printf("relive %s\n", rl_version());
    } else if (!strcmp(first, "help")) {
        const verb *which = find_verb(arguments[2], &err);
        if (which)
            print_verb_help(which);
    } else if (!strcmp(first, "generate") && count == 3) { /* for the build: not a verb */
        print_generated(arguments[2], &err);
    } else if (first[0] == '-') {
        rl_fail(&err, RL_BAD_CONFIG, "expected a verb before \"%.60s\"; see relive --help", first);
    } else {
        code = run_verb(first, count - 2, arguments + 2, &err);
    }
    if (err.code) {
        fflush(stdout);
        return complain(&err);
    }
    return finish(code);
}
