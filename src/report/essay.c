#include "report/essay.h"
#include "report/analysis.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { LEAST_WORDS = 200, MOST_WORDS = 300, LEAST_RANK = 9 };

/* ---- Counting ---- */

rl_word_count rl_count_words(const char *text)
{
    size_t tokens = 0, told = 0, runs = 0;
    bool in_token = false, in_run = false, tells = false;
    for (const char *c = text;; c++) {
        unsigned char byte = (unsigned char)*c;
        bool space = !byte || isspace(byte), letter = isalnum(byte) || byte == '_';
        if (space && in_token) {
            tokens++;
            told += tells;
        }
        bool run = letter || byte >= 0x80;
        runs += in_run && !run;
        tells = space ? false : tells || letter;
        in_token = !space;
        in_run = run;
        if (!byte)
            break;
    }
    return (rl_word_count){ .least = told, .most = tokens > runs ? tokens : runs };
}

/* ---- Putting sentences together ---- */

void rl_say(rl_essay *essay, int paragraph, int rank, const char *format, ...)
{
    if (essay->count == RL_MOST_SENTENCES)
        return;
    rl_sentence *sentence = &essay->sentences[essay->count++];
    sentence->paragraph = paragraph;
    sentence->rank = rank;
    va_list list;
    va_start(list, format);
    vsnprintf(sentence->text, sizeof sentence->text, format, list);
    va_end(list);
}

void rl_list(rl_listing *to, const char *item)
{
    const char *between = to->count == 0 ? "" : to->count + 1 < to->wanted ? ", " : to->last ? to->last : " and ";
    size_t used = strlen(to->text);
    snprintf(to->text + used, sizeof to->text - used, "%s%.80s", between, item);
    to->count++;
}

/* Names of data and regimes are the user's; in Markdown these characters would do something. */
rl_words rl_plain(const char *text)
{
    rl_words words = { { 0 } };
    size_t used = 0;
    for (; *text && used + 8 < sizeof words.text; text++) {
        if (strchr("\\`*[]<>|#", *text))
            words.text[used++] = '\\';
        words.text[used++] = *text;
    }
    return words;
}

rl_words rl_where(const rl_essay *essay, size_t setting)
{
    const rl_arm base = essay->results->settings[setting].base;
    rl_words words;
    if (rl_arm_is_cure(base))
        snprintf(words.text, sizeof words.text, "*%.100s*", rl_plain(essay->results->settings[setting].name).text);
    else if (rl_settings_of_a_regime(essay->results) == essay->results->setting_count)
        snprintf(words.text, sizeof words.text, "%.100s nets", rl_arm_title(base).text);
    else
        snprintf(words.text, sizeof words.text, "%.90s nets of *%.80s*", rl_arm_title(base).text,
            rl_plain(essay->results->settings[setting].name).text);
    return words;
}

rl_words rl_number_word(size_t number)
{
    static const char *const NUMBERS[] = { "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
        "ten" };
    rl_words words;
    if (number <= 10)
        snprintf(words.text, sizeof words.text, "%s", NUMBERS[number]);
    else
        snprintf(words.text, sizeof words.text, "%zu", number);
    return words;
}

rl_words rl_how_many(size_t number)
{
    rl_words words = { "none" };
    if (number)
        snprintf(words.text, sizeof words.text, "%zu", number);
    return words;
}

const rl_arm_summary *rl_essay_arm(const rl_essay *essay, size_t setting, size_t arm)
{
    return &essay->summary->arms[setting * essay->results->arm_count + arm];
}

const rl_pair_summary *rl_essay_pair(const rl_essay *essay, size_t setting, size_t arm)
{
    return &essay->summary->pairs[setting * (essay->results->arm_count - 1) + arm - 1];
}

const char *rl_short_name(const rl_essay *essay, size_t arm, rl_words *room)
{
    *room = rl_arm_short(essay->results, arm);
    return room->text;
}

/* ---- The text ---- */

static void write_essay(rl_writing *to, const rl_essay *essay)
{
    rl_write(to, "# %s\n", essay->title);
    for (int paragraph = 0; paragraph < RL_SAY_PARAGRAPHS; paragraph++) {
        const char *before = "\n";
        for (size_t i = 0; i < essay->count; i++)
            if (essay->sentences[i].chosen && essay->sentences[i].paragraph == paragraph) {
                rl_write(to, "%s%s", before, essay->sentences[i].text);
                before = " ";
            }
        rl_write(to, "%s", *before == ' ' ? "\n" : "");
    }
}

static rl_word_count length_of(const rl_essay *essay, rl_memory memory, rl_error *err)
{
    rl_writing trial = rl_writing_begin(memory, err);
    write_essay(&trial, essay);
    rl_word_count length = rl_count_words(trial.text ? trial.text : "");
    rl_writing_drop(&trial);
    return length;
}

/* Facts join as long as there is room; remarks only until the text is comfortably long. */
static void choose(rl_essay *essay, rl_memory memory, rl_error *err)
{
    enum { FIRST_REMARK = 5, COMFORTABLE = LEAST_WORDS + 25 };
    for (size_t i = 0; i < essay->count; i++)
        essay->sentences[i].chosen = essay->sentences[i].rank == 0;
    for (int rank = 1; rank <= LEAST_RANK && !rl_failed(err); rank++)
        for (size_t i = 0; i < essay->count; i++) {
            rl_sentence *sentence = &essay->sentences[i];
            if (sentence->rank != rank || (rank >= FIRST_REMARK && length_of(essay, memory, err).least >= COMFORTABLE))
                continue;
            sentence->chosen = true;
            sentence->chosen = length_of(essay, memory, err).most <= MOST_WORDS;
        }
}

char *rl_essay_end(rl_essay *essay, rl_error *err)
{
    const rl_memory memory = essay->results->memory;
    choose(essay, memory, err);
    rl_writing text = rl_writing_begin(memory, err);
    write_essay(&text, essay);
    rl_free(memory, essay->sentences);
    return rl_writing_end(&text);
}
