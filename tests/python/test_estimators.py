#!/usr/bin/python3 -B
"""The estimators: scikit-learn's own checks, the program's bits, and what may go wrong."""
import copy
import pickle
import unittest
import warnings

import numpy as np
from sklearn.base import clone
from sklearn.datasets import load_diabetes, load_iris
from sklearn.exceptions import NotFittedError
from sklearn.metrics import log_loss
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import check_estimator

from package import PackageTest, program

import relive
from relive import _library

FAST = dict(hidden=[4], epochs=2, random_state=0)


def names(kind):
    return [_library.text_of(getattr(_library.lib, f"rl_{kind[:-1]}_name")(each)) for each in _library.every(kind)]


class Protocol(unittest.TestCase):
    def test_scikit_learns_own_checks(self):
        for net in (relive.MLPClassifier(random_state=0), relive.MLPRegressor(random_state=0), relive.MLPClassifier(),
                    relive.MLPClassifier(hidden=[8, 8], activation="leaky_relu:0.2", optimizer="adam", lr=0.01, batch=16,
                                         early_stop=5, epochs=100),
                    relive.MLPClassifier(hidden=[], optimizer="nesterov", schedule="cosine", batch="full", lr=1, l2=1e-4),
                    relive.MLPClassifier(hidden=6, activation="relu+redo", init="orthogonal", bias=-0.1, clip=1, epochs=50),
                    relive.MLPRegressor(hidden=16, activation="tanh", init="xavier", optimizer="adamw", lr=0.01, epochs=60,
                                        dropout=0.1, early_stop=10, standardize=False),
                    relive.MLPRegressor(activation="prelu", optimizer="rmsprop", lr=0.005, validation_share=0.2)):
            with self.subTest(net=repr(net)), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                check_estimator(net)

    def test_it_works_inside_of_scikit_learn(self):
        x, y = load_iris(return_X_y=True)
        search = GridSearchCV(relive.MLPClassifier(random_state=0, epochs=30), {"lr": [0.001, 0.1], "hidden": [[4], [16]]}, cv=3)
        self.assertGreater(search.fit(x, y).best_score_, 0.9)
        self.assertEqual(search.best_params_["lr"], 0.1)
        scores = cross_val_score(make_pipeline(StandardScaler(), relive.MLPClassifier(random_state=1)), x, y, cv=3)
        self.assertGreater(min(scores), 0.85)

    def test_sample_weight_is_refused(self):
        for net in (relive.MLPClassifier(**FAST), relive.MLPRegressor(**FAST)):
            with self.assertRaises(TypeError):
                net.fit([[0], [1]], [0, 1], sample_weight=[1, 2])
            net.fit([[0], [1]], [0, 1])
            self.assertIsInstance(net.score([[0], [1]], [0, 1], sample_weight=[1, 2]), float)  # a score has weights

    def test_every_curve_initialiser_and_optimiser(self):
        x, y = load_iris(return_X_y=True)
        for setting, values in (("activation", list(relive.CURVES)), ("init", names("initialisers")),
                                ("optimizer", names("optimisers"))):
            for value in values:
                with self.subTest(setting=setting, value=value):
                    value = "normal:0.1" if value == "normal" else value
                    net = relive.MLPClassifier(random_state=0, lr=0.01, **{setting: value}).fit(x, y)
                    self.assertLess(net.loss_curve_[-1], net.loss_curve_[0] if value != "zeros" else 1.1)
        self.assertEqual(relive.MLPClassifier(activation=relive.tanh, **FAST).fit(x, y).net_.layers, "input 4; dense 4; tanh; dense 3")

    def test_labels_of_every_kind(self):
        x = [[0, 0], [1, 1], [0, 1]] * 10
        for labels in (["no", "yes", "ä"], [3, 7, -1], [1.0, 2.0, 5.0], [False, True, True], np.array(["a", "b", "c"], object)):
            y = list(labels) * 10
            for loss in (None, "binary") if len(set(y)) == 2 else (None,):
                net = relive.MLPClassifier(hidden=[16], epochs=60, loss=loss, random_state=0).fit(x, y)
                self.assertEqual(net.predict(x).tolist(), y)
                self.assertEqual(net.predict(x).dtype, np.asarray(y).dtype)
                probabilities = net.predict_proba(x)
                self.assertEqual(probabilities.shape, (30, len(net.classes_)))
                np.testing.assert_allclose(probabilities.sum(1), 1, rtol=1e-6)
                self.assertTrue((net.classes_[probabilities.argmax(1)] == net.predict(x)).all())


class Bits(PackageTest):
    """The same numbers as relive train gives, for the same rows and settings."""

    def setUp(self):
        super().setUp()
        random = np.random.default_rng(0)
        self.x = random.normal(size=(300, 5)).astype(np.float32)
        self.y = (self.x[:, 0] + self.x[:, 1] ** 2 > 0.5).astype(int) + (self.x[:, 2] > 1)
        self.t = (self.x[:, 0] * self.x[:, 1] + 0.1 * random.normal(size=300)).astype(np.float32)
        np.save(self.folder / "x.npy", self.x)
        np.save(self.folder / "y.npy", self.y)
        np.savetxt(self.folder / "t.csv", np.column_stack([self.x, self.t]), "%.9g", ",")

    def agree(self, net, data, target, *options):
        told, = program("train", "--data", data, "--test-share", 0, "--seed", 7, "--save", "c.safetensors", *options,
                        cwd=self.folder)["seeds"]
        net.set_params(random_state=7).fit(self.x, target).save(self.folder / "python.safetensors")
        self.assertEqual(net.loss_curve_, told["loss_curve"])
        self.assertEqual(net.events_, told["events"])
        self.assertEqual(net.best_epoch_, told["best_epoch"])
        self.assertEqual((net.dead_units_, net.silent_units_),
                         ([layer["dead"] for layer in told["layers"]], [layer["silent"] for layer in told["layers"]]))
        self.assertEqual({layer["reference_rows"] for layer in told["layers"]}, {net.evidence_rows_})
        self.assertEqual(len(net.dead_curve_), len(net.loss_curve_))
        if net.accuracy_curve_:
            self.assertEqual(net.accuracy_curve_[-1], told["train_accuracy"])
        if net.validation_loss_curve_:
            self.assertEqual(net.validation_loss_curve_[-1], told["validation_loss"])
        self.assertEqual((self.folder / "python.safetensors").read_bytes(), (self.folder / "c.safetensors").read_bytes())
        return net

    def test_of_classes(self):
        self.agree(relive.MLPClassifier(), "x.npy,y.npy", self.y)
        net = self.agree(relive.MLPClassifier([16, 8], lr=2, bias=-1), "x.npy,y.npy", self.y,
                         "--lr", 2, "--bias", -1, "--hidden", "16,8")
        self.assertGreater(len(net.events_), 0)
        self.agree(relive.MLPClassifier(activation="leaky_relu:0.2", optimizer="adam", lr=0.01, early_stop=3, epochs=200, dropout=0.2),
                   "x.npy,y.npy", self.y, "--activation", "leaky_relu:0.2", "--optimizer", "adam", "--lr", 0.01,
                   "--early-stop", 3, "--epochs", 200, "--dropout", 0.2)
        net = self.agree(relive.MLPClassifier(activation="relu+redo", bias=-3, schedule="cosine", data_seed=3, validation_share=0.3),
                         "x.npy,y.npy", self.y, "--activation", "relu+redo", "--bias", -3, "--schedule", "cosine",
                         "--validation-share", 0.3, "--data-seed", 3)
        self.assertIn("revival", {event["kind"] if "kind" in event else event["event"] for event in net.events_})
        self.agree(relive.MLPClassifier(init="normal:0.2", optimizer="momentum", momentum=0.5, l1=1e-3, l2=1e-3, clip=0.5,
                                        decay_biases=True, standardize=False, batch=50, epochs=7), "x.npy,y.npy", self.y,
                   "--init", "normal:0.2", "--optimizer", "momentum", "--momentum", 0.5, "--l1", 1e-3, "--l2", 1e-3, "--clip", 0.5,
                   "--decay-biases", "--standardize", "off", "--batch", 50, "--epochs", 7)

    def test_of_two_classes_by_one_output(self):
        np.save(self.folder / "two.npy", self.y > 0)
        self.agree(relive.MLPClassifier(loss="binary"), "x.npy,two.npy", (self.y > 0).astype(int), "--loss", "binary")

    def test_of_real_targets(self):
        self.agree(relive.MLPRegressor(), "t.csv:regression", self.t)
        self.agree(relive.MLPRegressor(activation="gelu", early_stop=2, epochs=50, lr=0.02), "t.csv:regression", self.t, "--activation", "gelu",
                   "--early-stop", 2, "--epochs", 50, "--lr", 0.02)

    def test_of_a_wide_net_on_any_number_of_threads(self):
        wide = dict(hidden=[600, 600], epochs=1)
        self.agree(relive.MLPClassifier(**wide), "x.npy,y.npy", self.y, "--hidden", "600,600", "--epochs", 1)
        self.agree(relive.MLPClassifier(threads=1, **wide), "x.npy,y.npy", self.y, "--hidden", "600,600", "--epochs", 1)

    def test_saved_models_predict_as_the_program_does(self):
        net = relive.MLPClassifier(random_state=0).fit(self.x, self.y)
        net.save(self.folder / "m.safetensors")
        told = program("predict", "m.safetensors", "--data", "x.npy,y.npy", cwd=self.folder)
        self.assertEqual(net.predict_proba(self.x).tolist(), np.float32(told["outputs"]).tolist())
        self.assertEqual(net.score(self.x, self.y), told["accuracy"])
        model = relive.Model(self.folder / "m.safetensors")
        self.assertTrue(np.array_equal(model.predict_proba(self.x), net.predict_proba(self.x)))
        self.assertEqual((model.classes, model.loss), (["0", "1", "2"], "cross_entropy"))

    def test_the_seed_decides(self):
        fit = lambda state: relive.MLPClassifier(hidden=[8], epochs=3, random_state=state).fit(self.x, self.y).net_.parameters
        for one, other, same in ((3, 3, True), (3, np.int64(3), True), (3, 4, False), (None, None, False),
                                 (np.random.RandomState(5), np.random.RandomState(5), True)):
            self.assertEqual(np.array_equal(fit(one), fit(other)), same, (one, other))

    def test_float64_and_lists_are_rounded_as_the_rest(self):
        fit = lambda x: relive.MLPClassifier(**FAST).fit(x, self.y).net_.parameters
        for x in (self.x.astype(float), self.x.tolist(), np.asfortranarray(self.x)):
            self.assertTrue(np.array_equal(fit(x), fit(self.x)))


    def test_of_a_training_that_diverges(self):
        for lr, batch in ((3, 32), (1000, 32), (1000, "full"), (1e30, "full")):
            told, = program("train", "--data", "t.csv:regression", "--test-share", 0, "--lr", lr, "--batch", batch, cwd=self.folder)["seeds"]
            with self.assertWarnsRegex(relive.DivergedWarning, f"diverged at step {told['diverged_at']}"):
                net = relive.MLPRegressor(lr=lr, batch=batch, random_state=0).fit(self.x, self.t)
            self.assertEqual(net.diverged_at_, told["diverged_at"])
            self.assertEqual([loss if np.isfinite(loss) else None for loss in net.loss_curve_], told["loss_curve"])
            self.assertEqual(net.events_, told["events"])
            if batch == "full":  # it diverged at an epoch's end, whose loss is none
                self.assertTrue(np.isnan(net.loss_curve_[-1]))


class Going(unittest.TestCase):
    """partial_fit, copies, and settings changed between fit and predict."""

    def setUp(self):
        self.x, self.y = load_iris(return_X_y=True)

    def test_partial_fit_goes_on(self):
        net = relive.MLPClassifier(random_state=0)
        for epoch in range(30):
            net.partial_fit(self.x, self.y, classes=[0, 1, 2])
            self.assertEqual(net.n_iter_, epoch + 1)
        self.assertGreater(net.score(self.x, self.y), 0.9)
        for curve in (net.loss_curve_, net.accuracy_curve_, net.dead_curve_, net.silent_curve_):
            self.assertEqual(len(curve), 31)
        whole = relive.MLPClassifier(random_state=0, epochs=1).fit(self.x, self.y)
        first = relive.MLPClassifier(random_state=0).partial_fit(self.x, self.y, classes=[0, 1, 2])
        self.assertTrue(np.array_equal(whole.net_.parameters, first.net_.parameters))

    def test_the_first_rows_decide_standardisation(self):
        net = relive.MLPClassifier(random_state=0).partial_fit(self.x, self.y, classes=[0, 1, 2])
        net.set_params(lr=1e-20).partial_fit(1.2 * self.x, self.y)  # learns nothing, but tells its loss
        self.assertAlmostEqual(net.loss_curve_[-1], log_loss(self.y, net.predict_proba(1.2 * self.x).astype(float)), 4)
        self.assertNotAlmostEqual(net.loss_curve_[-1], log_loss(self.y, net.predict_proba(self.x).astype(float)), 2)

    def test_partial_fit_of_parts_without_some_class(self):
        net = relive.MLPClassifier(random_state=0).partial_fit(self.x[:60], self.y[:60], classes=[0, 1, 2])
        net.partial_fit(self.x[100:], self.y[100:])
        self.assertEqual(net.predict_proba(self.x).shape, (150, 3))
        for bad in (lambda: net.partial_fit(self.x, self.y + 1), lambda: net.partial_fit(self.x[:, :2], self.y),
                    lambda: relive.MLPClassifier().partial_fit(self.x, self.y)):
            with self.assertRaises(ValueError):
                bad()

    def test_settings_that_change_do_not_meet_old_weights(self):
        net = relive.MLPClassifier(**FAST).fit(self.x, self.y)
        before = net.predict_proba(self.x)
        net.set_params(hidden=[300, 300], activation="tanh", standardize=False)
        self.assertTrue(np.array_equal(net.predict_proba(self.x), before))
        with self.assertRaisesRegex(relive.ConfigError, "expected the layers that were fitted, input 4; dense 4; relu"):
            net.partial_fit(self.x, self.y)
        self.assertTrue(np.array_equal(net.predict_proba(self.x), before))
        self.assertEqual(net.fit(self.x, self.y).net_.layers, "input 4; dense 300; tanh; dense 300; tanh; dense 3")

    def test_copies(self):
        net = relive.MLPClassifier(activation="prelu", **FAST).fit(self.x, self.y)
        for other in (copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
            self.assertTrue(np.array_equal(other.predict_proba(self.x), net.predict_proba(self.x)))
            other.partial_fit(self.x, self.y)
        with self.assertRaises(NotFittedError):
            clone(net).predict(self.x)

    def test_fit_anew_forgets(self):
        net = relive.MLPClassifier(validation_share=0.2, **FAST).fit(self.x, self.y)
        self.assertEqual(len(net.validation_loss_curve_), 3)
        net.set_params(validation_share=None).fit(self.x, self.y)
        self.assertIsNone(net.validation_loss_curve_)
        self.assertTrue(np.array_equal(net.net_.parameters, relive.MLPClassifier(**FAST).fit(self.x, self.y).net_.parameters))

    def test_the_dead_are_told(self):
        net = relive.MLPClassifier(hidden=[16], bias=-100, random_state=0).fit(self.x, self.y)
        self.assertEqual((net.dead_units_, net.silent_units_), ([list(range(16))], [list(range(16))]))
        self.assertEqual((net.dead_curve_[0], net.dead_curve_[-1], net.evidence_rows_), (1, 1, 150))
        found = relive.scan(net, self.x)
        self.assertEqual(found["layers"][0]["dead"], net.dead_units_[0])


class Wrong(unittest.TestCase):
    def setUp(self):
        self.x, self.y = load_iris(return_X_y=True)

    def test_divergence_warns(self):
        x, t = load_diabetes(return_X_y=True)
        net = relive.MLPRegressor(lr=10, random_state=0)
        with self.assertWarnsRegex(relive.DivergedWarning, "diverged at step"):
            net.fit(x, t)
        self.assertGreater(net.diverged_at_, 0)

    def test_settings_without_a_meaning(self):
        for name, values in dict(hidden=([0], [-1], "8", ["a"], [1.5], [10**7], [4] * 65, None), activation=("rleu", "relu:x", None, 3),
                                 init=("hee", "normal", "he:1", 3), bias=("x", float("nan"), float("inf")), optimizer=("sdg", None),
                                 lr=(0, -1, float("nan"), "x", None), epochs=(0, -1, 1.5, 2**70, "x"), batch=(0, -3, 1.5, "all"),
                                 momentum=(0, -1, 2, None), schedule=("warm", None), loss=("squared", "hinge"), l1=(-1, float("nan")),
                                 l2=(-1, "x"), dropout=(-0.1, 1, float("nan")), clip=(-1,), early_stop=(-1, 0.5),
                                 validation_share=(-0.1, 1, "x"), threads=(-1, 1.5, None), random_state=(-1, "x", 1.5),
                                 data_seed=(-1, "x")).items():
            for value in values:
                net = relive.MLPClassifier(**{**FAST, name: value})
                if name == "momentum":
                    net.set_params(optimizer="momentum")
                with self.subTest(name=name, value=value):
                    with self.assertRaises((ValueError, OverflowError, TypeError)) as raised:
                        net.fit(self.x, self.y)
                    self.assertNotIn("model_", vars(net))
                    self.assertTrue(str(raised.exception))

    def test_a_failing_fit_leaves_what_was_fitted(self):
        net = relive.MLPClassifier(**FAST).fit(self.x, self.y)
        before, kept = net.predict_proba(self.x), dict(vars(net))
        for x, y in ((self.x[:, :2], self.y * np.nan), (self.x[:1], self.y[:1]), ([["a"]], [1])):
            with self.assertRaises(ValueError):
                net.fit(x, y)
        self.assertEqual(vars(net), kept)
        self.assertTrue(np.array_equal(net.predict_proba(self.x), before))

    def test_places_to_save_to(self):
        net = relive.MLPClassifier(**FAST)
        with self.assertRaises(NotFittedError):
            net.save("x")
        net.fit(self.x, self.y)
        with self.assertRaisesRegex(OSError, "nowhere"):
            net.save("/nowhere/m.safetensors")
        with self.assertRaises(relive.FileError):
            relive.Model("/nowhere/m.safetensors")
        with self.assertRaises(relive.FileError):
            relive.Model(__file__)

    def test_early_stopping_without_rows_for_it(self):
        with self.assertRaises(ValueError):
            relive.MLPClassifier(early_stop=2).fit([[0], [1]], [0, 1])


if __name__ == "__main__":
    unittest.main()
