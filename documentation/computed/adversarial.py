"""Adversarial nets: what `relive compare --model gan` found."""
import study
from writing import table

TITLES = {"relu": "ReLU", "relu/leaky_relu:0.2": "generator ReLU, discriminator Leaky ReLU (α = 0.2)",
          "leaky_relu:0.2": "Leaky ReLU (α = 0.2)"}


def arm(results, activation):
    return next(each for each in results["arms"] if each["activation"] == activation)


def covered(results, activation):
    """In how many seeds all modes are covered."""
    return arm(results, activation)["all_modes_covered"]["seeds"]


def enough(results):
    """Are all modes covered in at least 70 % of the seeds, in every arm?"""
    return all(each["all_modes_covered"]["share"] >= 0.7 for each in results["arms"])


def side_by_side(results):
    rows = [[TITLES[each["activation"]], f"{each['all_modes_covered']['seeds']} of {each['seeds']}",
             study.spread(each["high_quality"]["final"]), study.spread(each["generator_dead"]["final"]),
             study.spread(each["discriminator_dead"]["final"])] for each in results["arms"]]
    return table(["activation", "all modes covered", "high quality, %", "generator: dead at end, %", "discriminator: dead at end, %"],
                 rows, "lrrrr")


def ledger(results, activation="relu"):
    rows = [[net, *(each[what] for what in ("units", "born_dead", "deaths")),
             *(each["deaths_by_cause"][term] for term in ("bias", "weights", "inputs")), each["revivals"]]
            for net, each in arm(results, activation)["ledger"].items()]
    return table(["net", "hidden units", "born dead", "deaths", "by bias", "by weights", "by inputs", "revivals"], rows, "lrrrrrrr")


def deaths(results, activation, net):
    found = arm(results, activation)["ledger"][net]
    return found["born_dead"] + found["deaths"]


def fewer_dead(results):
    """Is the discriminator's share of dead units shown to be lower with a Leaky ReLU?"""
    return all(pair["discriminator_dead_difference"]["ci95"][1] < 0 and pair["discriminator_dead_difference"]["p_holm"] < 0.05
               for pair in results["pairs"])
